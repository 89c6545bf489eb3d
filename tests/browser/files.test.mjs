// More files than two, of every kind: picked, dropped, pasted.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { npmrc, saysSoon, served, withPage } from './page.mjs'

const { main } = served.registries
const token = '01EPF8PPQ9WZQ5TADPCV8DPMG5'
const yarnrcYml = `npmRegistryServer: "https://acme.bytesafe.dev/r/main/"\nnpmRegistries:\n  "//acme.bytesafe.dev/r/main":\n    npmAuthToken: "${token}"\n`
const workflow = `on: push
jobs:
  build:
    steps:
      - uses: actions/setup-node@v4
        with:
          registry-url: https://acme.bytesafe.dev/r/main/
      - run: npm ci
`

const file = (name, text) => ({ name, mimeType: 'text/plain', buffer: Buffer.isBuffer(text) ? text : Buffer.from(text) })
async function pick (page, ...files) {
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Add files' }).click()
  await (await chooser).setFiles(files)
}
const box = (page, name) => page.getByRole('textbox', { name, exact: true })
const told = page => page.locator('ul').filter({ hasText: /read as|left out/ })

test('a .yarnrc.yml pasted where an .npmrc belongs is read as what it is', () =>
  withPage(async doctor => {
    await doctor.project.fill(yarnrcYml)
    await doctor.state('not-sent')
    await saysSoon(doctor.headline, /^yarn \d/)
    await doctor.page.getByText('read as .yarnrc.yml').waitFor()
    // Its mend goes into the same box.
    await doctor.page.getByRole('region', { name: 'Mended .yarnrc.yml' }).getByRole('button', { name: 'Put it into the box' }).click()
    await doctor.state('sent')
    assert.match(await doctor.project.inputValue(), /npmAlwaysAuth: true/)
  }))

test('files that are picked are sorted to where they belong, and the page says where', () =>
  withPage(async ({ page, ...doctor }) => {
    await pick(page, file('.npmrc', `registry=${main.slice(0, -1)}\n`), file('package.json', '{ "name": "app", "version": "1.0.0" }'),
      file('2026-11-24T13_47_48_579Z-debug-0.log', 'npm ERR! code E401\nnpm ERR! 401 Unauthorized - GET https://acme.bytesafe.dev/r/main/left-pad\n'), file('bunfig.toml', '[install]\n'))
    await saysSoon(told(page), /\.npmrc: read as your user \.npmrc[^]*package\.json: read as package\.json[^]*debug-0\.log: read as the failing command’s output[^]*bunfig\.toml: read as bunfig\.toml/)
    assert.equal(await doctor.user.inputValue(), `registry=${main.slice(0, -1)}\n`)
    assert.match(await doctor.failing.inputValue(), /E401/)
    assert.equal(await box(page, 'package.json').inputValue(), '{ "name": "app", "version": "1.0.0" }')
  }))

test('a finding in an added file is marked there, can be gone to, and is mended there', () =>
  withPage(async ({ page, ...doctor }) => {
    await doctor.version.fill('10.9.9')
    await doctor.user.fill('# nothing\n')
    await doctor.project.fill('# nothing\n')
    await pick(page, file('.npmrc', `registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authtoken=${token}\n`))
    await doctor.state('not-sent')
    await doctor.diagnosis.getByRole('button', { name: /^\.npmrc, line 2$/ }).first().click()
    assert.equal(await page.evaluate(() => document.querySelector('npm-access-doctor').shadowRoot.activeElement.id), 'file-1')
    await page.getByRole('region', { name: 'Mended .npmrc' }).getByRole('button', { name: 'Put it into the box' }).click()
    await doctor.state('sent')
  }))

test('where a file lies can be changed, and a file can be removed', () =>
  withPage(async ({ page, ...doctor }) => {
    await pick(page, file('.yarnrc.yml', yarnrcYml))
    await doctor.state('not-sent')
    await page.getByRole('combobox', { name: 'Where .yarnrc.yml lies' }).selectOption('home folder')
    await box(page, '~/.yarnrc.yml').waitFor()
    assert.equal(await box(page, '~/.yarnrc.yml').inputValue(), yarnrcYml)
    await page.getByRole('button', { name: 'Remove ~/.yarnrc.yml' }).click()
    await doctor.headline.filter({ hasText: 'The verdict will stand here' }).waitFor()
  }))

test('a workflow tells that its step has no token', () =>
  withPage(async ({ page, ...doctor }) => {
    await doctor.version.fill('10.9.9')
    await doctor.failing.fill('npm ci\nnpm error code E401\nnpm error 401 Unauthorized - GET https://acme.bytesafe.dev/r/main/left-pad')
    await pick(page, file('ci.yml', workflow))
    await saysSoon(doctor.diagnosis, /NODE_AUTH_TOKEN is not set for the step that fails/)
  }))

test('files are dropped anywhere', () =>
  withPage(async ({ page, ...doctor }) => {
    const data = await page.evaluateHandle(text => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([text], '.npmrc'))
      return transfer
    }, npmrc(main, token))
    await page.getByRole('heading', { name: 'The verdict will stand here' }).dispatchEvent('drop', { dataTransfer: data })
    await doctor.state('sent')
    assert.equal(await doctor.user.inputValue(), npmrc(main, token))
  }))

test('files are dropped before the diagnosis has loaded', () => {
  let release
  const held = new Promise(resolve => { release = resolve })
  return withPage(
    async ({ page, ...doctor }) => {
      const data = await page.evaluateHandle(text => {
        const transfer = new DataTransfer()
        transfer.items.add(new File([text], '.yarnrc.yml'))
        return transfer
      }, yarnrcYml)
      assert.equal(await doctor.user.evaluate((box, dataTransfer) => box.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, composed: true, cancelable: true })), data), false)
      release()
      await saysSoon(told(page), /read as \.yarnrc\.yml/)
      await doctor.state('not-sent')
    },
    { prepare: page => page.route('**/access-doctor-core-*.wasm', async route => (await held, route.continue())) }
  )
})

test('what is of no use gets a clear answer, and nothing is lost', () =>
  withPage(async ({ page, ...doctor }) => {
    await doctor.user.fill(npmrc(main, token))
    await pick(page, file('cat.png', Buffer.from([0x89, 0x50, 0, 1, 2])), file('big.npmrc', 'x'.repeat(1024 * 1024 + 1)),
      file('windows.npmrc', Buffer.from('\ufeffregistry=https://acme.bytesafe.dev/r/main/\r\n', 'utf16le')))
    await saysSoon(told(page), /cat\.png: left out, it is not a text[^]*big\.npmrc: left out, it is larger[^]*windows\.npmrc: read as your project \.npmrc\. It is UTF-16/)
    assert.equal(await doctor.user.inputValue(), npmrc(main, token))
  }))

test('a lockfile of some megabytes says where packages come from, and which of them no token covers', () =>
  withPage(async ({ page, ...doctor }) => {
    await doctor.user.fill(npmrc(main, token))
    await doctor.version.fill('10.9.9')
    await doctor.state('sent')
    const entry = (name, registry) => `    "node_modules/${name}": {\n      "version": "1.0.0",\n      "resolved": "${registry}${name}/-/${name}-1.0.0.tgz"\n    }`
    const entries = Array.from({ length: 20_000 }, (_, i) => entry(`package-${i}`, i % 1000 === 7 ? 'https://old.example.net/npm/' : main))
    await pick(page, file('package-lock.json', `{\n  "lockfileVersion": 3,\n  "packages": {\n${entries.join(',\n')}\n  }\n}\n`))
    await doctor.state('not-sent')
    await saysSoon(page.getByRole('region', { name: 'Diagnosis' }), /20 packages come from https:\/\/old\.example\.net\/npm\/ \(package-lock\.json, line 34/)
    assert.match(await page.getByRole('region', { name: 'Mended user .npmrc' }).textContent(), /replace-registry-host=always/)
  }))

test('a hostile name is only text, at 320 px too', () =>
  withPage(
    async ({ page, ...doctor }) => {
      await pick(page, file(`<img src=x onerror=alert(1)>${'long'.repeat(50)}\u202e.env`, 'A=1\n'), file('.env', 'NPM_TOKEN=x\n'))
      await saysSoon(told(page), /onerror/)
      assert.equal(await page.locator('npm-access-doctor img').count(), 0)
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth))
      await doctor.screenshot('files-320')
    },
    { context: { viewport: { width: 320, height: 700 } } }
  ))

test('the contents of added files are in no attribute, address or storage', () =>
  withPage(async ({ page, ...doctor }) => {
    await pick(page, file('.yarnrc.yml', yarnrcYml))
    await doctor.state('not-sent')
    const [shown, stored] = await page.evaluate(() => {
      const texts = []
      const walk = node => {
        texts.push(node.nodeValue ?? '', ...[...(node.attributes ?? [])].map(({ value }) => value))
        if (node.shadowRoot) walk(node.shadowRoot)
        for (const child of node.childNodes) walk(child)
      }
      walk(document)
      return [texts.join('\n'), JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href, history.state])]
    })
    assert.ok(!shown.includes(token))
    assert.ok(!stored.includes(token))
  }))

test('more than twenty are too many', () =>
  withPage(async ({ page }) => {
    await pick(page, ...Array.from({ length: 22 }, (_, i) => file(`${i}.env`, 'A=1\n')).map((each, i) => ({ ...each, name: `.env.${i}` })))
    await saysSoon(told(page), /\.env\.19: read as[^]*\.env\.20: left out, 20 files are enough/)
  }))

test('a variable that one knows of counts, is taken back, and its value is shown nowhere', () =>
  withPage(async ({ page, diagnosis, ...doctor }) => {
    await doctor.version.fill('10.9.9')
    await doctor.user.fill(npmrc(main, token))
    await doctor.state('sent')
    await diagnosis.getByText('Variables where it runs').click()
    const name = diagnosis.getByRole('textbox', { name: 'Name' }), value = diagnosis.getByRole('textbox', { name: 'Value, if you like' })
    await name.fill('npm_config_registry')
    await value.fill('https://other.example/r/other/')
    await diagnosis.getByRole('button', { name: 'It is set', exact: true }).click()
    await doctor.state('not-sent')
    await saysSoon(diagnosis, /A variable overrides the registry of your file/)
    assert.equal(await value.inputValue(), '')
    await diagnosis.getByRole('button', { name: 'Take back the answer about npm_config_registry' }).click()
    await doctor.state('sent')
    await name.fill('NPM_TOKEN')
    await value.fill(token)
    await value.press('Enter')
    await saysSoon(diagnosis, /NPM_TOKEN is set/)
    assert.ok(!(await diagnosis.evaluate(element => element.outerHTML)).includes(token))
  }))

test('a lockfile of 100 MB is read in a worker, with progress, and can be cancelled', () =>
  withPage(async ({ page, user, version, diagnosis, requests }) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'access-doctor-lockfile-'))
    const name = path.join(folder, 'package-lock.json')
    const entry = (host, i) => `    "node_modules/p${i}": {\n      "version": "1.0.${i}",\n      "resolved": "https://${host}/p${i}/-/p${i}-1.0.${i}.tgz",\n      "integrity": "sha512-${'x'.repeat(120)}"\n    }`
    const block = Array.from({ length: 10_000 }, (_, i) => entry('registry.npmjs.org', i)).join(',\n')
    fs.writeFileSync(name, '{\n  "lockfileVersion": 3,\n  "packages": {\n')
    for (let size = 0; size < 100e6; size += block.length) fs.appendFileSync(name, `${block},\n`)
    fs.appendFileSync(name, `${entry('old.example.net/npm', 7)}\n  }\n}\n`)
    try {
      await version.fill('10.9.9')
      await user.fill('registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=01EPF8PPQ9WZQ5TADPCV8DPMG5\n')
      const pickIt = async () => {
        const chooser = page.waitForEvent('filechooser')
        await page.getByRole('button', { name: 'Add files' }).click()
        await (await chooser).setFiles(name)
      }
      await pickIt()
      await page.getByRole('progressbar').waitFor()
      await page.getByRole('button', { name: 'Cancel reading' }).click()
      await page.getByText('reading it was cancelled').first().waitFor()

      await pickIt()
      await page.getByText('read as package-lock.json').first().waitFor({ timeout: 120_000 })
      assert.match(await page.getByRole('textbox', { name: 'package-lock.json' }).inputValue(), /\n1 https:\/\/old\.example\.net\/npm\/ line \d{6,} p7@1\.0\.7 https/)
      await saysSoon(diagnosis, /1 package comes from https:\/\/old\.example\.net\/npm\//)
      assert.ok(requests.some(({ url }) => url.endsWith('/worker.js')))
    } finally {
      fs.rmSync(folder, { recursive: true })
    }
  }))

test('a terminal’s transcript, pasted into one box, is sorted into all, and nothing that stands there is lost', () =>
  withPage(async ({ page, user, version, failing, state }) => {
    const paste = (box, text) =>
      box.evaluate((element, value) => {
        const clipboardData = new DataTransfer()
        clipboardData.setData('text/plain', value)
        return element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, composed: true, cancelable: true }))
      }, text)
    // Before the reader has loaded a paste stays where it was made.
    await page.getByRole('button', { name: 'Add files' }).and(page.locator(':enabled')).waitFor()
    const printed = `$ cat ~/.npmrc\n${npmrc('https://acme.bytesafe.dev/r/main', token).replace('main:', 'main/:')}$ npm --version\n6.7.0\n$ npm ci\nnpm ERR! code E401\n`
    assert.equal(await paste(user, printed), false)
    assert.equal(await version.inputValue(), '6.7.0')
    assert.match(await user.inputValue(), /^registry=/)
    assert.match(await failing.inputValue(), /^\$ npm ci\nnpm ERR! code E401/)
    await state('not-sent')
    await page.getByText('put into “Failing command”').first().waitFor()
    // What stands there is not overwritten: the browser pastes as it always does.
    assert.equal(await paste(user, printed), true)
    assert.equal(await paste(version, '10.9.9'), true)
  }))

test('a package.json as people have it, with lists in it', () =>
  withPage(async ({ page, ...doctor }) => {
    await pick(page, file('package.json', JSON.stringify({ name: 'app', version: '1.0.0', files: ['dist'], workspaces: ['packages/*'], publishConfig: { registry: 'https://acme.bytesafe.dev/r/other/' } }, null, 2)))
    await doctor.user.fill('registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=01EPF8PPQ9WZQ5TADPCV8DPMG5\n')
    await doctor.version.fill('10.9.9')
    await doctor.state('sent')
  }))
