import assert from 'node:assert/strict'
import { test } from 'node:test'
import { npmrc, saysSoon, served, withPage } from './page.mjs'

const { main, quiet, closed } = served.registries

/** All text of the document and of shadow roots, attributes too; a text box's value is no part of it. */
const everythingShown = () => {
  const texts = []
  const walk = node => {
    texts.push(node.nodeValue ?? '', ...[...(node.attributes ?? [])].map(({ value }) => value))
    if (node.shadowRoot) walk(node.shadowRoot)
    for (const child of node.childNodes) walk(child)
  }
  walk(document)
  return texts.join('\n')
}

const everythingStored = async () =>
  JSON.stringify([
    { ...localStorage },
    { ...sessionStorage },
    document.cookie,
    history.state,
    location.href,
    window.name,
    await indexedDB.databases(),
    await caches.keys(),
    Object.keys(localStorage).length + Object.keys(sessionStorage).length
  ])

for (const [name, registry, token, outcome] of [
  ['a valid token', main, served.tokens.valid, /The token is valid/],
  ['a token that is no longer valid', quiet, served.tokens.revoked, /The token is not valid/],
  ['a registry closed to browsers', closed, served.tokens.valid, /The browser may not ask/]
]) {
  test(`${name} is in no URL, storage, log or page text`, () =>
    withPage(
      async doctor => {
        await doctor.version.fill('6.7.0')
        await doctor.user.fill(npmrc(registry, token).replace(registry, registry.slice(0, -1)))
        await doctor.project.fill(`# ${token}\n`)
        await doctor.failing.fill(`npm install --//x/:_authToken=${token}\nnpm ERR! code E401`)
        await doctor.state('not-sent')
        await doctor.mended('user').getByRole('button', { name: 'Put it into the box' }).click()
        assert.deepEqual(doctor.elsewhere(), [], 'nothing is asked before the button is pressed')
        await doctor.checkButton.click()
        await saysSoon(doctor.tokenCheck, outcome)
        assert.ok(doctor.elsewhere().every(request => request.startsWith(`GET ${new URL(registry).origin}/`)))
        const shown = await doctor.page.evaluate(everythingShown)
        assert.ok(!shown.includes(token), 'page text')
        assert.ok(!(await doctor.page.evaluate(everythingStored)).includes(token), 'storage')
        assert.equal(await doctor.page.evaluate(() => localStorage.length + sessionStorage.length + document.cookie.length), 0)
        assert.ok(!JSON.stringify([doctor.requests, doctor.console]).includes(token), 'URL or log')
      },
      { expectedErrors: [/Failed to load resource/, /blocked by CORS policy/] }
    ))
}

test('no request but for the page’s own files while one types, mends, answers and copies', () =>
  withPage(async doctor => {
    await doctor.page.getByRole('button', { name: 'Load an example' }).click()
    await doctor.state('not-sent')
    await doctor.diagnosis.getByRole('button', { name: 'Copy the mended user .npmrc' }).first().click()
    await doctor.user.press('End')
    await doctor.user.pressSequentially('# more')
    await doctor.page.getByRole('button', { name: 'Clear everything' }).click()
    assert.equal(await doctor.user.inputValue(), '')
    assert.deepEqual(doctor.elsewhere(), [])
    assert.ok(doctor.requests.every(({ method }) => method === 'GET'))
  }))

test('what was typed is forgotten with the page', () =>
  withPage(async doctor => {
    await doctor.user.fill(npmrc(main, served.tokens.valid))
    await doctor.state('sent')
    await doctor.page.reload()
    assert.equal(await doctor.user.inputValue(), '')
  }))

test('the boxes ask the browser to remember and correct nothing', () =>
  withPage(async doctor => {
    for (const box of [doctor.user, doctor.project, doctor.version, doctor.failing]) {
      const attributes = await box.evaluate(element =>
        ['autocomplete', 'spellcheck', 'autocapitalize', 'autocorrect'].map(name => element.getAttribute(name))
      )
      assert.deepEqual(attributes, ['off', 'false', 'off', 'off'])
    }
  }))

test('what is copied for support is shown first, and holds no token', () =>
  withPage(async ({ page, diagnosis, ...doctor }) => {
    await doctor.version.fill('6.7.0')
    await doctor.user.fill(npmrc(main.slice(0, -1), served.tokens.valid))
    await doctor.failing.fill(`npm ci --//x.example/:_authToken=${served.tokens.valid}\nnpm ERR! code E401\nnpm ERR! 401 Unauthorized - GET https://me:${served.tokens.revoked}@acme.bytesafe.dev/r/main/left-pad`)
    await doctor.state('not-sent')
    await diagnosis.getByText('Ask for help with this').click()
    const shown = await diagnosis.getByLabel('What is copied').innerText()
    await diagnosis.getByRole('button', { name: 'Copy it', exact: true }).click()
    await saysSoon(diagnosis, /✓ Copied/)
    const copied = await doctor.clipboard()
    assert.equal(copied.trim(), shown.trim())
    assert.match(copied, /npm 6\.7\.0/)
    assert.match(copied, /401 E401/)
    for (const token of Object.values(served.tokens)) assert.ok(!copied.includes(token))
  }))

test('files come compressed, and those with a hash in their name for good', async () => {
  const get = async name => fetch(served.page + name, { headers: { 'accept-encoding': 'gzip, br' } })
  const html = await get('')
  assert.equal(html.headers.get('content-encoding'), 'br')
  assert.equal(html.headers.get('cache-control'), 'no-cache')
  const scripts = [...(await html.text()).matchAll(/href="?(npm-access-doctor-\w{8}\.js)/g)].map(([, name]) => name)
  assert.ok(scripts.length)
  for (const name of scripts) {
    const { headers } = await get(name)
    assert.equal(headers.get('content-encoding'), 'br', name)
    assert.match(headers.get('cache-control'), /immutable/, name)
    assert.match(headers.get('content-type'), /^text\/javascript/, name)
  }
  const plain = await fetch(`${served.page}npm-access-doctor.js`, { headers: { 'accept-encoding': 'identity' } })
  assert.equal(plain.headers.get('content-encoding'), null)
  assert.equal(plain.headers.get('cache-control'), 'no-cache')
})

test('nobody may frame the page', () =>
  withPage(
    async ({ page }) => {
      const { headers } = await page.request.get(served.page).then(answer => ({ headers: answer.headers() }))
      assert.match(headers['content-security-policy'], /frame-ancestors 'none'/)
      await page.goto('about:blank')
      await page.setContent(`<iframe src="${served.page}"></iframe>`)
      // What Chromium shows in the place of a page that may not be framed.
      for (let tries = 0; tries < 100 && page.frames()[1].url() !== 'chrome-error://chromewebdata/'; tries++) await page.waitForTimeout(50)
      assert.equal(page.frames()[1].url(), 'chrome-error://chromewebdata/')
    },
    { expectedErrors: [/frame/i], prepare: page => page.addInitScript(() => (window.violations = [])) }
  ))
