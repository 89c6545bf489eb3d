// What the help page has its readers look for, each from the paste to what they take away.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { npmrc, registryLine, saysSoon, served, tokenLine, withPage } from './page.mjs'

const { main } = served.registries
const { valid, revoked } = served.tokens
const unslashed = main.slice(0, -1)
const finding = (doctor, code) => doctor.diagnosis.getByRole('article').filter({ hasText: code })

/** Copies the mended file, and holds the diagnosis of it to be clean. */
async function copyMended(doctor, layer, expected) {
  const region = doctor.mended(layer)
  await region.getByRole('button', { name: `Copy the mended ${layer} .npmrc` }).click()
  await region.getByText('✓ Copied').waitFor()
  assert.equal(await doctor.clipboard(), expected)
  await doctor[layer].fill(expected)
  await doctor.state('sent')
}

test('the registry has no slash at the end', () =>
  withPage(async doctor => {
    await doctor.version.fill('6.7.0')
    await doctor.user.fill(`# work\n${registryLine(unslashed)}${tokenLine(main, valid)}`)
    await doctor.failing.fill('npm install left-pad')
    await doctor.state('not-sent')
    await saysSoon(doctor.headline, /npm 6\.7\.0 will not send your token/)
    await saysSoon(finding(doctor, 'AD101'), /^Cause/)
    await saysSoon(doctor.mended('user'), new RegExp(`- registry=${unslashed}\\s+\\+ registry=${main}`))
    await copyMended(doctor, 'user', `# work\n${npmrc(main, valid)}`)
  }))

test('the mended file can be downloaded, under its name as far as the browser lets it', () =>
  withPage(async doctor => {
    await doctor.version.fill('6.7.0')
    await doctor.user.fill(registryLine(unslashed) + tokenLine(main, valid))
    const [download] = await Promise.all([
      doctor.page.waitForEvent('download'),
      doctor.mended('user').getByRole('button', { name: 'Download it' }).click()
    ])
    assert.equal(await readFile(await download.path(), 'utf8'), npmrc(main, valid))
    assert.match(download.suggestedFilename(), /^[._]?npmrc$/)
    assert.ok(!download.url().includes(valid))
    await saysSoon(doctor.mended('user'), /It has to be called \.npmrc/)
  }))

test('the same in the project’s file, mended by the finding’s own button, and undone', () =>
  withPage(async doctor => {
    const text = registryLine(unslashed) + tokenLine(main, valid)
    await doctor.client('npm').check()
    await doctor.version.fill('6.14.18')
    await doctor.project.fill(text)
    await doctor.state('not-sent')
    await finding(doctor, 'AD101')
      .getByRole('button', { name: /^Add the slash/ })
      .click()
    await doctor.state('sent')
    assert.equal(await doctor.project.inputValue(), npmrc(main, valid))
    await doctor.project.press('Control+Z')
    await doctor.state('not-sent')
    assert.equal(await doctor.project.inputValue(), text)
    await copyMended(doctor, 'project', npmrc(main, valid))
  }))

test('there is no token', () =>
  withPage(async doctor => {
    await doctor.version.fill('10.9.9')
    await doctor.user.fill(registryLine(main))
    await doctor.state('not-sent')
    await saysSoon(finding(doctor, 'AD201'), /^Cause/)
    await saysSoon(doctor.mended('user'), /Put your new token where YOUR_TOKEN stands/)
    await doctor.mended('user').getByRole('button', { name: 'Copy the mended user .npmrc' }).click()
    await doctor.mended('user').getByText('✓ Copied').waitFor()
    assert.equal(await doctor.clipboard(), npmrc(main, 'YOUR_TOKEN'))
    assert.equal(await doctor.checkButton.count(), 0, 'there is no token to check')
    await doctor.user.fill(npmrc(main, valid))
    await doctor.state('sent')
  }))

test('always-auth=true is missing, for yarn 1', () =>
  withPage(async doctor => {
    await doctor.client('yarn').check()
    await doctor.version.fill('1.22.22')
    await doctor.user.fill(npmrc(main, valid))
    await doctor.failing.fill('yarn add left-pad')
    await doctor.state('not-sent')
    await saysSoon(finding(doctor, 'AD301'), /^Cause/)
    await copyMended(doctor, 'user', `${npmrc(main, valid)}always-auth=true\n`)
  }))

test('npm is older than 6.8: another way out of the cause, and advice where there is none', () =>
  withPage(async doctor => {
    await doctor.version.fill('npm --version\n6.4.1\n')
    await doctor.user.fill(registryLine(unslashed) + tokenLine(main, valid))
    await doctor.state('not-sent')
    await saysSoon(finding(doctor, 'AD401'), /^Another way/)
    await saysSoon(finding(doctor, 'AD401'), /npm install (--global|-g) npm@/)
    await copyMended(doctor, 'user', npmrc(main, valid))
    await saysSoon(finding(doctor, 'AD401'), /^Advice/)
  }))

test('the token is no longer valid: its first characters and time of creation to compare, and whom to ask', () =>
  withPage(
    async doctor => {
      await doctor.version.fill('11.6.0')
      await doctor.user.fill(npmrc(main, revoked))
      await doctor.failing.fill(`$ npm install left-pad\nnpm error code E401\nnpm error 401 Unauthorized - GET ${main}left-pad\n`)
      await doctor.state('sent')
      await saysSoon(
        doctor.tokenCheck,
        new RegExp(`${revoked.slice(0, 8)}…${revoked.slice(-4)}, made on \\d+ \\w+ \\d{4}, \\d\\d:\\d\\d UTC`)
      )
      await doctor.checkButton.click()
      await doctor.state('refused')
      await saysSoon(finding(doctor, 'AD701'), /^Cause/)
      await saysSoon(doctor.tokenCheck, /account admin/)
    },
    { expectedErrors: [/Failed to load resource/] }
  ))

test('what is not known is asked, and an answer can be taken back', () =>
  withPage(async doctor => {
    const text = npmrc(main, '${NPM_TOKEN}')
    await doctor.version.fill('10.9.9')
    await doctor.project.fill(text)
    await doctor.state('unknown')
    const question = doctor.diagnosis.getByRole('group', { name: /NPM_TOKEN/ })
    await question.getByRole('button', { name: 'No' }).click()
    await doctor.state('not-sent')
    await saysSoon(finding(doctor, 'AD601'), /^Cause/)
    await doctor.diagnosis.getByRole('button', { name: 'Take back the answer about NPM_TOKEN' }).click()
    await doctor.state('unknown')
    await question.getByRole('button', { name: 'Yes' }).click()
    await doctor.state('sent')
    await saysSoon(doctor.tokenCheck, /Its value is in a variable/)
    assert.equal(await doctor.checkButton.count(), 0, 'a value that nobody typed is not sent')
  }))

test('where releases differ and none is given, the question leads to the version', () =>
  withPage(async doctor => {
    await doctor.user.fill(registryLine(unslashed) + tokenLine(main, valid))
    await doctor.diagnosis.getByRole('button', { name: 'Type the version' }).click()
    await doctor.page.keyboard.type('6.7.0')
    assert.equal(await doctor.version.inputValue(), '6.7.0')
    await doctor.state('not-sent')
    assert.equal(await doctor.diagnosis.getByRole('button', { name: 'Type the version' }).count(), 0)
  }))

test('the file that vendors’ customers have most: no alarm', () =>
  withPage(async doctor => {
    await doctor.version.fill('10.9.9')
    await doctor.user.fill(`@vendor:${npmrc(main, valid)}`)
    await doctor.state('sent')
    assert.equal(await doctor.mended('user').count(), 0)
  }))

test('every example reads as its title says, one click after the other', () =>
  withPage(async doctor => {
    for (const state of ['not-sent', 'not-sent', 'unknown', 'sent', 'not-sent']) {
      await doctor.page.getByRole('button', { name: 'Load an example' }).click()
      await doctor.state(state)
    }
  }))

test('an error alone: the registry that it names, and a file to begin with', () =>
  withPage(async doctor => {
    await doctor.failing.fill('npm ERR! code E401\nnpm ERR! 401 Unauthorized - GET https://npm.pkg.github.com/download/@acme/utils/1.0.0/abc - authentication token not provided\n')
    await doctor.state('not-sent')
    await saysSoon(doctor.diagnosis, /There is no token for this registry/)
    await saysSoon(doctor.mended('user'), /@acme:registry=https:\/\/npm\.pkg\.github\.com\//)
    assert.deepEqual(doctor.elsewhere(), [])
  }))

test('an error that says that no token was sent, beside a file that holds one', () =>
  withPage(async doctor => {
    await doctor.user.fill('registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=01EPF8PPQ9WZQ5TADPCV8DPMG5\n')
    await doctor.version.fill('10.9.9')
    await doctor.failing.fill('npm error code ENEEDAUTH\nnpm error need auth This command requires you to be logged in to https://acme.bytesafe.dev/r/main/\n')
    await saysSoon(doctor.diagnosis, /The command that failed had no token/)
  }))
