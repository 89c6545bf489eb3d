// The element and the frame in somebody else's page, the link that shows the same, and the network switched off.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import { test } from 'node:test'
import { inflateRawSync } from 'node:zlib'
import { npmrc, saysSoon, served, withPage } from './page.mjs'

const token = '01EPF8PPQ9WZQ5TADPCV8DPMG5'
const registry = 'https://acme.bytesafe.dev/r/main/'
const broken = `registry=${registry}\n//acme.bytesafe.dev/r/default/:_authToken=${token}\n`

/** A page of another origin, with these headers. */
async function withSite(html, use, headers = {}) {
  const server = http.createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(html)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    return await use(`http://127.0.0.1:${server.address().port}/`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

// What the documentation for embedders asks a page's policy for.
const policy = `default-src 'none'; script-src ${served.page} 'wasm-unsafe-eval'; connect-src ${served.page}`

test('one tag embeds it, three times, in a page of another origin', () =>
  withSite(
    `<!doctype html><title>Docs</title><style>* { color: red; font: 40px serif; box-sizing: content-box } button { display: none }</style><h1>Docs</h1>
    <npm-access-doctor registry="${registry}" client="npm" theme="dark"><p slot="support">Ask the Acme team.</p></npm-access-doctor>
    <npm-access-doctor sections="findings" compact></npm-access-doctor>
    <div style="height: 400vh"></div>
    <npm-access-doctor id="far"></npm-access-doctor>
    <script type="module" src="${served.page}npm-access-doctor.js"></script>
    <script>window.heard = []; for (const name of ['diagnosis', 'tokencheck']) document.addEventListener(name, event => heard.push([name, event.detail]), true)</script>`,
    address =>
      withPage(
        async ({ page }) => {
          await page.goto(address)
          const [first, second, third] = [0, 1, 2].map(index => page.locator('npm-access-doctor').nth(index))
          const user = element => element.getByRole('textbox', { name: 'User .npmrc' })
          assert.equal(await user(first).getAttribute('placeholder'), `registry=${registry}\n//acme.bytesafe.dev/r/main/:_authToken=…`)
          await user(first).fill(broken)
          await saysSoon(first.getByRole('region', { name: 'Diagnosis' }), /npm 12\.\d+\.\d+ will not send your token/)
          assert.ok(await first.getByRole('radio', { name: 'npm', exact: true }).isChecked())
          assert.ok(await first.getByText('Ask the Acme team.').isVisible())
          // The page's own styles do not get in.
          assert.ok(await first.getByRole('button', { name: 'Load an example' }).isVisible())
          assert.notEqual(await user(first).evaluate(box => getComputedStyle(box).color), 'rgb(255, 0, 0)')

          await user(second).fill(npmrc('https://npm.example.com/', 'abcdefgh12345678'))
          await saysSoon(second.getByRole('region', { name: 'Diagnosis' }), /sends your token|asks/i)
          assert.equal(await second.getByText('Which clients would send it').count(), 0)
          assert.equal(await second.getByText('Paste your').count(), 0)

          // The third is far below: it loads when one comes near.
          assert.ok(await third.getByRole('button', { name: 'Add files' }).isDisabled())
          await third.scrollIntoViewIfNeeded()
          await user(third).fill(broken)
          await saysSoon(third.getByRole('region', { name: 'Diagnosis' }), /will not send your token/)

          const heard = await page.evaluate(() => window.heard)
          assert.ok(heard.some(([name, report]) => name === 'diagnosis' && report.verdict.state === 'not-sent'))
          assert.ok(!JSON.stringify(heard).includes(token) && !JSON.stringify(heard).includes('abcdefgh12345678'))
        },
        { expectedErrors: [/favicon|404/] }
      )
  ))

test('a registry that the page is about, and the files do not lead to', () =>
  withSite(`<!doctype html><title>Docs</title><npm-access-doctor registry="${registry}"></npm-access-doctor><script type="module" src="${served.page}npm-access-doctor.js"></script>`, address =>
    withPage(async ({ page, user, diagnosis }) => {
      await page.goto(address)
      await user.fill('registry=https://registry.npmjs.org/\n')
      await saysSoon(diagnosis, /Nothing of this goes to acme\.bytesafe\.dev, which this page is about/)
      await user.fill(npmrc(registry, token))
      await saysSoon(diagnosis, /sends? your token/)
      assert.doesNotMatch(await diagnosis.innerText(), /Nothing of this goes to/)
    }, { expectedErrors: [/favicon|404/] })
  ))

test('a registry under a host of its own, of which the page that embeds it says of what kind it is', async () => {
  const own = 'https://npm.acme.example/'
  const tag = `<!doctype html><title>Docs</title><npm-access-doctor registry="${own}" profile="artifactory"></npm-access-doctor><script type="module" src="${served.page}npm-access-doctor.js"></script>`
  await withSite(tag, address =>
    withPage(async ({ page, user, diagnosis }) => {
      for (const place of [address, `${served.page}embed.html?${new URLSearchParams({ registry: own, profile: 'Artifactory' })}`]) {
        await page.goto(place)
        await user.fill(`registry=${own}\n`)
        await saysSoon(diagnosis, /To get a token for Artifactory, make an identity token in Artifactory/)
      }
    }, { expectedErrors: [/favicon|404/] })
  )
})

test('under the policy that the documentation gives it works', () =>
  withSite(
    `<!doctype html><title>Docs</title><npm-access-doctor></npm-access-doctor><script type="module" src="${served.page}npm-access-doctor.js"></script>`,
    address =>
      withPage(async ({ page, user, state }) => {
        await page.goto(address)
        await user.fill(broken)
        await state('not-sent')
      }, { expectedErrors: [/favicon|404/] }),
    { 'content-security-policy': policy }
  ))

test('under a stricter one it says which directive is missing', () =>
  withSite(
    `<!doctype html><title>Docs</title><npm-access-doctor></npm-access-doctor><script type="module" src="${served.page}npm-access-doctor.js"></script>`,
    address =>
      withPage(async ({ page, user, headline }) => {
        await page.goto(address)
        await user.fill(broken)
        await saysSoon(headline, /A policy keeps the diagnosis from running/)
        await page.getByText(`connect-src ${new URL(served.page).origin}`).waitFor()
        assert.equal(await user.inputValue(), broken)
      }, { expectedErrors: [/favicon|404/, /connect-src/, /Content Security Policy/i] }),
    { 'content-security-policy': policy.replace(/; connect-src .*/, '') }
  ))

test('in a frame: its height is told and nothing else, and one click sends nothing', () =>
  withSite(
    `<!doctype html><title>Docs</title><iframe src="${served.page}embed.html?registry=${encodeURIComponent(registry)}&client=npm&compact" width="700" height="300" allow="clipboard-write; local-network-access"></iframe>
    <script>window.heard = []; addEventListener('message', event => { heard.push(event.data); if (event.data.type === 'npm-access-doctor:height') document.querySelector('iframe').height = event.data.height })</script>`,
    address =>
      withPage(
        async ({ page, requests }) => {
          await page.goto(address)
          const frame = page.frameLocator('iframe')
          await frame.getByRole('textbox', { name: 'npm --version' }).fill('10.9.9')
          await frame.getByRole('textbox', { name: 'User .npmrc' }).fill(npmrc(served.registries.main, served.tokens.valid))
          const check = frame.getByRole('region', { name: 'Token check' })
          await check.getByRole('button', { name: /^Check the token/ }).click()
          await saysSoon(check, new RegExp(`will be sent to ${new URL(served.registries.main).host}, and to nobody else`))
          const asked = () => requests.filter(({ url }) => url.endsWith('/-/whoami')).length
          assert.equal(asked(), 0)
          await check.getByRole('button', { name: /^Send it/ }).click()
          await saysSoon(check, /The token is valid/)
          assert.equal(asked(), 1)
          const heard = await page.evaluate(() => window.heard)
          assert.ok(heard.length > 1)
          for (const message of heard) assert.deepEqual(Object.keys(message).sort(), ['height', 'type'])
          const { height, inside } = { height: Number(await page.locator('iframe').getAttribute('height')), inside: await frame.locator('html').evaluate(html => html.scrollHeight) }
          assert.ok(Math.abs(height - inside) < 2 && height > 600, `${height} for ${inside}`)
          // The page around cannot read what is typed.
          assert.equal(await page.evaluate(() => { try { return document.querySelector('iframe').contentDocument } catch { return null } }), null)
        },
        { expectedErrors: [/favicon|404/] }
      )
  ))

test('a link shows the same diagnosis with made-up tokens, and is shown before it is copied', () =>
  withPage(async doctor => {
    await doctor.version.fill('10.9.9')
    await doctor.user.fill(broken)
    await doctor.state('not-sent')
    await doctor.diagnosis.getByText('Ask for help with this').click()
    const shown = doctor.diagnosis.getByLabel('What the link holds')
    await saysSoon(shown, /registry=https:\/\/acme\.bytesafe\.dev\/r\/main\//)
    assert.ok(!(await shown.innerText()).includes(token.slice(10)))
    await doctor.diagnosis.getByRole('button', { name: 'Copy the link' }).click()
    const link = await doctor.clipboard()
    const held = inflateRawSync(Buffer.from(new URL(link).hash.slice('#shared='.length), 'base64url')).toString()
    assert.match(held, /acme\.bytesafe\.dev/)
    assert.ok(!held.includes(token) && !link.includes(token))
    const headline = await doctor.headline.innerText()

    await doctor.page.goto('about:blank')
    await doctor.page.goto(link)
    await doctor.state('not-sent')
    assert.equal(await doctor.headline.innerText(), headline)
    assert.ok(doctor.requests.every(({ url }) => !url.includes('shared')))

    // Anybody may write a link.
    for (const hash of ['#shared=', '#shared=!!!', `#shared=${Buffer.from('{"user":[1]}').toString('base64url')}`]) {
      await doctor.page.goto('about:blank')
      await doctor.page.goto(served.page + hash)
      await saysSoon(doctor.page.getByRole('status').first(), /cannot be shown/)
    }
  }))

test('once it has loaded it needs no network', () =>
  withPage(async doctor => {
    await doctor.page.getByText('You may disconnect from the network now').waitFor()
    await doctor.page.context().setOffline(true)
    await doctor.page.getByRole('button', { name: 'Load an example' }).click()
    await doctor.state('not-sent')
    await doctor.checkButton.waitFor()
    await doctor.page.getByRole('button', { name: /^(Apply|Change|Put|Write|Add)/ }).first().click()
    await doctor.diagnosis.getByText('Ask for help with this').click()
    await doctor.diagnosis.getByRole('button', { name: 'Copy the link' }).waitFor()
    await doctor.checkButton.click()
    await saysSoon(doctor.tokenCheck, /This computer is offline/)
    await doctor.page.context().setOffline(false)
  }, { expectedErrors: [/ERR_INTERNET_DISCONNECTED|ERR_NAME_NOT_RESOLVED/] }))
