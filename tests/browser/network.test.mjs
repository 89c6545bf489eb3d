// What a network does to the token check, and every byte that leaves the browser meanwhile, as a proxy sees it.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { npmrc, saysSoon, served, withPage } from './page.mjs'

const { main, quiet, closed } = served.registries
const { valid, revoked } = served.tokens
const open = { 'access-control-allow-origin': '*', 'access-control-allow-headers': 'authorization' }
const failedLoad = [/Failed to load resource/, /CORS policy/]

async function listening(server, use) {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    return await use(server.address().port)
  } finally {
    server.closeAllConnections?.()
    server.close()
  }
}

/** A registry that answers whoami so, and its ping as registries do. */
const registryThat = (answer, use) =>
  listening(
    http.createServer((request, response) => {
      if (request.method === 'OPTIONS') return response.writeHead(204, open).end()
      return request.url.endsWith('/-/ping') ? response.writeHead(200).end('{}') : answer(response)
    }),
    port => use(`http://127.0.0.1:${port}/r/main/`)
  )

async function check(doctor, registry, token) {
  await doctor.version.fill('10.9.9')
  await doctor.user.fill(npmrc(registry, token))
  await doctor.state('sent')
  await doctor.checkButton.click()
}

const outcomes = {
  valid: [use => use(main), valid, /The token is valid/],
  'no longer valid': [use => use(main), revoked, /The token is not valid/],
  'no longer valid, as the workspace says': [use => use(quiet), revoked, /The token is not valid/],
  'closed to browsers': [use => use(closed), valid, /The browser may not ask this registry/],
  'closed to browsers on errors alone': [use => registryThat(response => response.writeHead(401).end('{}'), use), valid, /The browser may not ask this registry/],
  'not allowed': [use => registryThat(response => response.writeHead(403, open).end('{}'), use), valid, /known, but not allowed/],
  'a redirect to another origin': [use => registryThat(response => response.writeHead(302, { ...open, location: main }).end(), use), valid, /sent us elsewhere/],
  'a portal’s page': [use => registryThat(response => response.writeHead(200, open).end('<!doctype html>'), use), valid, /Something else answered/],
  'a proxy that wants a log-in': [use => registryThat(response => response.writeHead(511, open).end(), use), valid, /Something else answered/],
  'cut before the answer': [use => registryThat(response => response.socket.destroy(), use), valid, /may not ask|cannot be reached/],
  'cut within the answer': [
    use => registryThat(response => (response.writeHead(200, { ...open, 'content-length': 100 }).write('{"username":"al'), setTimeout(() => response.socket.destroy(), 100)), use),
    valid,
    /The registry cannot be reached/
  ],
  'cut within a refusal': [
    use => registryThat(response => (response.writeHead(401, { ...open, 'content-length': 100 }).write('{"err'), setTimeout(() => response.socket.destroy(), 100)), use),
    valid,
    /The token is not valid/
  ]
}

/** What goes through it is kept as it is, byte by byte. */
async function withProxy(use) {
  const sent = []
  const proxy = http.createServer((request, response) => {
    const { hostname, port, pathname, search } = new URL(request.url)
    const onward = http.request({ hostname, port, path: pathname + search, method: request.method, headers: request.headers }, answer => {
      response.writeHead(answer.statusCode, answer.rawHeaders)
      answer.pipe(response).on('error', () => {})
      answer.on('error', () => response.destroy())
    })
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  })
  return listening(proxy, inner =>
    listening(
      net.createServer(client => {
        const connection = []
        sent.push(connection)
        const onward = net.connect(inner, '127.0.0.1')
        client.on('data', bytes => (connection.push(bytes), onward.write(bytes)))
        for (const [one, other] of [[client, onward], [onward, client]]) one.on('error', () => other.destroy()).on('close', () => other.destroy())
        onward.pipe(client)
      }),
      port => use(`http://127.0.0.1:${port}`, () => sent.flatMap(connection => requestsIn(Buffer.concat(connection).toString('latin1'))))
    )
  )
}

/** The page asks with GET alone, so that a request ends where its head does. */
const requestsIn = bytes => bytes.split('\r\n\r\n').filter(Boolean)

for (const [what, [reach, token, words]] of Object.entries(outcomes)) {
  test(`all that leaves the browser: ${what}`, () =>
    withProxy((proxy, sent) =>
      reach(registry =>
        withPage(
          async doctor => {
            await check(doctor, registry, token)
            await saysSoon(doctor.tokenCheck, words)
            const requests = sent()
            const elsewhere = requests.filter(request => !request.includes(` ${served.page}`))
            assert.ok(elsewhere.length && requests.length > elsewhere.length, 'the proxy sees the page and the check')
            const { origin } = new URL(registry)
            for (const request of elsewhere) {
              const [line, ...headers] = request.split('\r\n')
              const asked = /^(GET|OPTIONS) (\S+) HTTP\/1\.1$/.exec(line)
              assert.ok([`${registry}-/whoami`, `${registry}-/ping`, `${origin}/api/v1/whoami`].includes(asked?.[2]), line)
              const withToken = headers.filter(header => header.includes(token))
              const wanted = asked[1] === 'GET' && asked[2].endsWith('whoami') ? [`authorization: Bearer ${token}`] : []
              assert.deepEqual(withToken.map(header => header.replace(/^Authorization/, 'authorization')), wanted, line)
              assert.ok(!headers.some(header => /^(cookie|referer):/i.test(header)), line)
            }
            for (const request of requests.filter(each => !elsewhere.includes(each))) assert.ok(!request.includes(token), request)
          },
          { context: { proxy: { server: proxy, bypass: '<-loopback>' } }, expectedErrors: failedLoad }
        )
      )
    ))
}

test('a certificate that the browser does not trust', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'access-doctor-certificate-'))
  const at = name => path.join(folder, name)
  try {
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', at('key'), '-out', at('certificate')], { stdio: 'ignore' })
    let asked = 0
    const server = https.createServer({ key: fs.readFileSync(at('key')), cert: fs.readFileSync(at('certificate')) }, (_, response) => (asked++, response.writeHead(200, open).end('{"username":"alice"}')))
    await listening(server, port =>
      withPage(
        async doctor => {
          await check(doctor, `https://localhost:${port}/r/main/`, valid)
          await saysSoon(doctor.tokenCheck, /The registry cannot be reached/)
          await saysSoon(doctor.tokenCheck, new RegExp(`its certificate.*Open localhost:${port} in a tab of its own`))
          assert.equal(asked, 0)
        },
        { expectedErrors: failedLoad }
      )
    )
  } finally {
    fs.rmSync(folder, { recursive: true })
  }
})

test('a registry in the person’s own network, which the browser keeps the page from until it is told', () =>
  withPage(
    async doctor => {
      await check(doctor, main, valid)
      await saysSoon(doctor.tokenCheck, /If 127\.0\.0\.1:\d+ is in your own network, let this page into it/)
      assert.ok(!(await doctor.tokenCheck.innerText()).includes(valid))
      await doctor.page.context().grantPermissions(['local-network-access'])
      await doctor.checkButton.click()
      await saysSoon(doctor.tokenCheck, /The token is valid/)
    },
    // As if the page came from the internet.
    { launch: [`--ip-address-space-overrides=${new URL(served.page).host}=public`], expectedErrors: failedLoad }
  ))
