import assert from 'node:assert/strict'
import http from 'node:http'
import { once } from 'node:events'
import { test } from 'node:test'
import { npmrc, saysSoon, served, withPage } from './page.mjs'

const { main, quiet, closed } = served.registries
const { valid, revoked } = served.tokens
const origin = new URL(main).origin

/** Types a file that sends its token and waits for the button. */
async function ready(doctor, registry, token) {
  await doctor.version.fill('10.9.9')
  await doctor.user.fill(npmrc(registry, token))
  await doctor.state('sent')
  await doctor.checkButton.waitFor()
}

/** A registry of the test's own, and what it was asked. */
async function withRegistry(answer, use) {
  const asked = []
  const server = http
    .createServer((request, response) => {
      if (request.method !== 'OPTIONS') asked.push(request.url)
      answer(request, response)
    })
    .listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    return await use(`http://127.0.0.1:${server.address().port}/r/main/`, asked)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const open = { 'access-control-allow-origin': '*', 'access-control-allow-headers': 'authorization' }
const answering = answers => (request, response) => {
  if (request.method === 'OPTIONS') return response.writeHead(204, open).end()
  const [status, body = '', headers = {}] = answers[request.url] ?? [404, '{}']
  return response.writeHead(status, { ...open, ...headers }).end(body)
}
const failedLoad = [/Failed to load resource/, /blocked by CORS policy/]

test('a token that is valid', () =>
  withPage(async doctor => {
    await ready(doctor, main, valid)
    await doctor.checkButton.click()
    await doctor.state('accepted')
    await saysSoon(doctor.tokenCheck, /The token is valid/)
    assert.deepEqual(doctor.elsewhere(), [`GET ${main}-/whoami`])
  }))

test('a token that is no longer valid, where whoami says 401', () =>
  withPage(
    async doctor => {
      await ready(doctor, main, revoked)
      await doctor.checkButton.click()
      await doctor.state('refused')
      await saysSoon(doctor.tokenCheck, /The token is not valid/)
      await saysSoon(doctor.diagnosis, /AD701/)
      assert.deepEqual(doctor.elsewhere(), [`GET ${main}-/whoami`])
    },
    { expectedErrors: failedLoad }
  ))

test('a token that is no longer valid, where whoami says 200 without a user: the workspace is asked too', () =>
  withPage(
    async doctor => {
      await ready(doctor, quiet, revoked)
      await doctor.checkButton.click()
      await doctor.state('refused')
      await saysSoon(doctor.tokenCheck, /The token is not valid/)
      assert.deepEqual(doctor.elsewhere(), [`GET ${quiet}-/whoami`, `GET ${origin}/api/v1/whoami`])
    },
    { expectedErrors: failedLoad }
  ))

test('a registry closed to browsers: the command for a terminal', () =>
  withPage(
    async doctor => {
      await ready(doctor, closed, valid)
      await doctor.checkButton.click()
      await saysSoon(doctor.tokenCheck, /The browser may not ask this registry/)
      await saysSoon(doctor.tokenCheck, new RegExp(`npm whoami --registry="${closed}"`))
      await doctor.state('sent')
      assert.deepEqual(doctor.elsewhere(), [`GET ${closed}-/whoami`, `GET ${closed}-/ping`])
      assert.ok(!(await doctor.tokenCheck.innerText()).includes(valid))
    },
    { expectedErrors: failedLoad }
  ))

test('a registry that is down: the command for a terminal', () =>
  withPage(
    async doctor => {
      const down = await withRegistry(
        () => {},
        async registry => registry
      )
      await ready(doctor, down, valid)
      await doctor.checkButton.click()
      await saysSoon(doctor.tokenCheck, /The registry cannot be reached/)
      await saysSoon(doctor.tokenCheck, new RegExp(`npm whoami --registry="${down}"`))
      assert.deepEqual(doctor.elsewhere(), [`GET ${down}-/whoami`, `GET ${down}-/ping`])
    },
    { expectedErrors: failedLoad }
  ))

test('a policy that forbids the request', () =>
  withPage(
    async doctor => {
      await ready(doctor, 'http://registry.example/r/main/', valid)
      await doctor.checkButton.click()
      await saysSoon(doctor.tokenCheck, /anybody on the way to registry\.example could read the token/)
      assert.deepEqual(doctor.elsewhere(), [])
      await doctor.tokenCheck.getByRole('button', { name: 'Send it all the same' }).click()
      await saysSoon(doctor.tokenCheck, /The browser may not ask this registry/)
    },
    { expectedErrors: [/connect-src/, /Refused to connect/, /violates the following Content Security Policy/] }
  ))

for (const [what, answers, words] of [
  ['forbidden', { '/r/main/-/whoami': [403, '{}'] }, /known, but not allowed/],
  ['no such registry', { '/r/main/-/whoami': [404, '{}'], '/api/v1/whoami': [401, '{}'] }, /No such registry/],
  [
    'a registry without whoami, a workspace that knows the token',
    { '/r/main/-/whoami': [404, '{}'], '/api/v1/whoami': [200, '{"username":"me"}'] },
    /The token is valid/
  ],
  ['a portal', { '/r/main/-/whoami': [200, '<!doctype html>'] }, /Something else answered/],
  ['a redirect', { '/r/main/-/whoami': [302, '', { location: '/login' }] }, /sent us elsewhere/],
  [
    'a rate limit',
    { '/r/main/-/whoami': [429, '', { 'retry-after': '30', 'access-control-expose-headers': 'retry-after' }] },
    /Retry-After: 30/
  ],
  ['a server in trouble', { '/r/main/-/whoami': [503] }, /answered 503/]
]) {
  test(`what the registry answered: ${what}`, () =>
    withRegistry(answering(answers), (registry, asked) =>
      withPage(
        async doctor => {
          await ready(doctor, registry, valid)
          await doctor.checkButton.click()
          await saysSoon(doctor.tokenCheck, words)
          assert.deepEqual(asked, Object.keys(answers))
        },
        { expectedErrors: failedLoad }
      )
    ))
}

test('a registry that wants a pause is not asked again before it is over', () =>
  withRegistry(answering({ '/r/main/-/whoami': [429, '', { 'retry-after': '2', 'access-control-expose-headers': 'retry-after' }] }), (registry, asked) =>
    withPage(
      async doctor => {
        await ready(doctor, registry, valid)
        await doctor.checkButton.click()
        await saysSoon(doctor.tokenCheck, /It may be asked again in [12] s/)
        await doctor.checkButton.click({ force: true })
        assert.equal(asked.length, 1)
        await doctor.tokenCheck.getByText(/asked again in/).waitFor({ state: 'detached' })
        await doctor.checkButton.click()
        await saysSoon(doctor.tokenCheck, /It may be asked again in/)
        assert.equal(asked.length, 2)
      },
      { expectedErrors: failedLoad }
    )
  ))

test('no answer: cancelled, then a time-out after 10 seconds', () =>
  withRegistry(
    () => {},
    registry =>
      withPage(async doctor => {
        await ready(doctor, registry, valid)
        await doctor.checkButton.click()
        await doctor.tokenCheck.getByRole('button', { name: 'Cancel' }).click()
        await saysSoon(doctor.tokenCheck, /Cancelled/)
        const start = Date.now()
        await doctor.checkButton.click()
        await saysSoon(doctor.tokenCheck, /No answer within 10 seconds/)
        assert.ok(Date.now() - start > 9_500)
      })
  ))

test('offline', () =>
  withPage(
    async doctor => {
      await ready(doctor, main, valid)
      await doctor.page.context().setOffline(true)
      await doctor.checkButton.click()
      await saysSoon(doctor.tokenCheck, /This computer is offline/)
    },
    { expectedErrors: failedLoad }
  ))

test('another token or another registry discards the outcome', () =>
  withPage(async doctor => {
    await ready(doctor, main, valid)
    await doctor.checkButton.click()
    await doctor.state('accepted')
    await doctor.user.fill(npmrc(main, revoked))
    await doctor.state('sent')
    await doctor.user.fill(npmrc(quiet, valid))
    await doctor.state('sent')
    await doctor.user.fill(`# the same as before\n${npmrc(quiet, valid)}`)
    assert.ok(!/is valid/.test(await doctor.tokenCheck.innerText()))
  }))

test('a file that does not send its token is checked as mended', () =>
  withPage(async doctor => {
    await doctor.version.fill('6.7.0')
    await doctor.user.fill(npmrc(main, valid).replace(main, main.slice(0, -1)))
    await doctor.state('not-sent')
    await doctor.checkButton.click()
    await saysSoon(doctor.tokenCheck, /The token is valid/)
    assert.deepEqual(doctor.elsewhere(), [`GET ${main}-/whoami`])
  }))

test('a click that no person made sends nothing', () =>
  withPage(async doctor => {
    await ready(doctor, main, valid)
    await doctor.checkButton.evaluate(button => button.click())
    await doctor.checkButton.dispatchEvent('click')
    await doctor.page.waitForTimeout(300)
    assert.deepEqual(doctor.elsewhere(), [])
  }))

test('a registry without https is asked only after a second, warned click, and cancelling sends nothing', () =>
  withPage(async doctor => {
    await ready(doctor, 'http://registry.example.test/r/main/', valid)
    await doctor.checkButton.click()
    await saysSoon(doctor.tokenCheck, /anybody on the way to registry\.example\.test could read the token/)
    await doctor.tokenCheck.getByRole('button', { name: 'Cancel' }).click()
    await doctor.checkButton.waitFor()
    assert.deepEqual(doctor.elsewhere(), [])
  }))

for (const [what, registry] of [
  ['HTML', 'https://acme.example/<img src=x onerror=alert(1)>/'],
  ['a script for an address', 'javascript:alert(1)//'],
  ['characters that turn the text around', 'https://acme.example/\u202egnirts/'],
  ['a user and a password', 'https://bytesafe.dev:secret@evil.example/r/main/']
]) {
  test(`a registry with ${what} in it is only text, and nothing is sent`, () =>
    withPage(async doctor => {
      await doctor.version.fill('10.9.9')
      await doctor.user.fill(`registry=${registry}\n//acme.example/:_authToken=${valid}\n`)
      await doctor.headline.filter({ hasNotText: 'The verdict will stand here' }).waitFor()
      assert.equal(await doctor.page.locator('npm-access-doctor img, npm-access-doctor a[href^="javascript:"]').count(), 0)
      // The button names the host that is really asked.
      if (await doctor.checkButton.count()) assert.match(await doctor.checkButton.innerText(), /with (?:acme|evil)\.example$/)
      assert.deepEqual(doctor.elsewhere(), [])
    }))
}

test('a registry opened as the documentation says: browsers read its answers and its refusals', async () => {
  const opened = main.replace('/r/main/', '/r/opened/')
  await withPage(async doctor => {
    await ready(doctor, opened, valid)
    await doctor.checkButton.click()
    await saysSoon(doctor.tokenCheck, /knows it as alice/)
    await doctor.state('accepted')
  })
  const from = { origin: 'https://docs.example' }
  const refused = await fetch(`${opened}@acme%2fexample`, { headers: { ...from, authorization: `Bearer ${revoked}` } })
  assert.deepEqual([refused.status, refused.headers.get('access-control-allow-origin')], [401, '*'])
  const asked = await fetch(`${opened}-/whoami`, { method: 'OPTIONS', headers: { ...from, 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' } })
  assert.deepEqual([asked.status, asked.headers.get('access-control-allow-headers')], [204, 'authorization'])
})

test('what a terminal printed says the same as an answer to the page', () =>
  withPage(async doctor => {
    await ready(doctor, closed, valid)
    await doctor.tokenCheck.getByText('Check it in a terminal instead').click()
    const box = doctor.tokenCheck.getByRole('textbox', { name: 'What the terminal printed' })
    for (const [text, words, state] of [
      ['$ npm whoami --registry="https://acme.example/r/main/"\njane.doe\n', /knows it as jane\.doe/, 'accepted'],
      ['npm ERR! code ENEEDAUTH\nnpm ERR! need auth This command requires you to be logged in.\n', /npm found no token to send/, 'accepted'],
      ['npm error code E401\nnpm error 401 Unauthorized - GET https://acme.example/r/main/-/whoami\n', /The token is not valid/, 'refused'],
      ['HTTP/2 200 \ncontent-type: application/json\n\n{"username":"jane"}', /knows it as jane/, 'accepted'],
      ['HTTP/1.1 403 Forbidden\n\n{}', /known, but not allowed/, 'refused'],
      ['HTTP/1.1 429 Too Many Requests\nRetry-After: 7\n', /wants a pause/, 'sent'],
      ['Invoke-RestMethod : The remote server returned an error: (401) Unauthorized.', /The token is not valid/, 'refused'],
      ['\nusername\n--------\njane\n', /knows it as jane/, 'accepted'],
      ['curl: (6) Could not resolve host: acme.example', /cannot be reached/, 'sent'],
      ['{}', /The token is not valid/, 'refused'],
      ['<html><body>Log in to the hotel</body></html>', /Something else answered/, 'sent'],
      ['command not found: npm', /Nothing in it tells/, 'sent']
    ]) {
      await box.fill(text)
      await saysSoon(doctor.tokenCheck, words)
      await doctor.state(state)
    }
    assert.deepEqual(doctor.elsewhere(), [])
  }))

test('a registry that does not say whose a token is gets asked for a package', () =>
  withRegistry(
    answering({ '/api/v4/packages/npm/@acme%2fapp': [200, '{"name":"@acme/app","versions":{}}'], '/api/v4/packages/npm/@acme%2fother': [401, '{}'] }),
    (address, asked) =>
      withPage(
        async doctor => {
          const registry = address.replace('/r/main/', '/api/v4/packages/npm/')
          await ready(doctor, registry, valid)
          await saysSoon(doctor.tokenCheck, /for GitLab/)
          await doctor.checkButton.click()
          await saysSoon(doctor.tokenCheck, /GitLab does not say whose a token is/)
          const name = doctor.tokenCheck.getByRole('textbox', { name: 'Name of a private package' })
          const ask = doctor.tokenCheck.getByRole('button', { name: 'Ask for this package' })
          await name.fill('../../../secret')
          await ask.click()
          await name.fill('@acme/app')
          await ask.click()
          await saysSoon(doctor.tokenCheck, /gives @acme\/app to it/)
          await doctor.state('accepted')
          await name.fill('@acme/other')
          await name.press('Enter')
          await saysSoon(doctor.tokenCheck, /The token is not valid/)
          await doctor.state('refused')
          await name.fill('@acme/gone')
          await ask.click()
          await saysSoon(doctor.tokenCheck, /not there, or not for this token/)
          const of = name => `/api/v4/packages/npm/${name}`
          assert.deepEqual(asked, ['-/whoami', '@acme%2fapp', '@acme%2fother', '@acme%2fgone'].map(of))
        },
        { expectedErrors: failedLoad }
      )
  ))

test('a token that says itself until when it is valid', () =>
  withPage(async doctor => {
    const claims = Buffer.from('{"sub":"me","exp":1700000000}').toString('base64url')
    await doctor.version.fill('10.9.9')
    await doctor.user.fill(npmrc('https://npm.example.com/', `eyJhbGciOiJIUzI1NiJ9.${claims}.c2lnbmF0dXJl`))
    await saysSoon(doctor.tokenCheck, /valid until 14 Nov 2023/)
    await saysSoon(doctor.diagnosis, /The token has expired/)
  }))

test('a token that says that it was made in a year beyond all calendars', () =>
  withPage(async doctor => {
    await doctor.version.fill('10.9.9')
    await doctor.user.fill(npmrc('https://acme.bytesafe.dev/r/main/', '7ZZZZZZZZZZZZZZZZZZZZZZZZZ'))
    await saysSoon(doctor.tokenCheck, /made on 10889-/)
    await saysSoon(doctor.diagnosis, /AD214/)
  }))
