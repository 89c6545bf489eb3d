// Starts verdaccio and nginx as scripts/serve promises, tells where they are, and stops them when it is told to stop.
import { spawn, execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import http from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

const here = import.meta.dirname
const port = process.env.PORT || '8080'
const registryPort = process.env.REGISTRY_PORT || '8081'
const registry = name => `http://127.0.0.1:${registryPort}/r/${name}/`
const temp = fs.mkdtempSync(path.join(os.tmpdir(), 'access-doctor-'))
const at = name => path.join(temp, name)
const children = new Set()

function stop (status) {
  stopping = true
  for (const child of children) child.kill()
  fs.rmSync(temp, { recursive: true, force: true, maxRetries: 3 })
  process.exit(status)
}
let stopping = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(0))

function start (command, args) {
  // A process group of its own: Ctrl-C comes to this program alone, which stops the others.
  const child = spawn(command, args, { cwd: temp, detached: true, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', data => { said = (said + data).slice(-4000) })
  child.on('error', error => { said += error.message })
  child.on('close', () => {
    children.delete(child)
    if (stopping || child.expected) return
    console.error(`${path.basename(command)} stopped by itself:\n${said}`)
    stop(1)
  })
  children.add(child)
  return child
}

function ask (options, body) {
  return new Promise((resolve, reject) => {
    const request = http.request({ ...options, headers: { 'content-type': 'application/json', ...options.headers } }, response => {
      let text = ''
      response.on('data', data => { text += data }).on('end', () => resolve({ status: response.statusCode, text }))
    })
    request.on('error', reject).end(body && JSON.stringify(body))
  })
}

async function until (what, holds) {
  for (const end = Date.now() + 60_000; !await holds();) {
    if (Date.now() > end) throw new Error(`${what} within a minute`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

const socketPath = at('verdaccio.sock')

async function verdaccio () {
  const child = start(process.execPath, [path.join(here, '../node_modules/verdaccio/bin/verdaccio'), '--config', at('verdaccio.yaml'), '--listen', `unix:${socketPath}`])
  await until('verdaccio does not answer', () => ask({ socketPath, path: '/-/ping' }).then(() => true, () => false))
  return child
}

/** The user's token, as verdaccio gives it at a log-in. */
async function login (name) {
  const { status, text } = await ask({ socketPath, method: 'PUT', path: `/-/user/org.couchdb.user:${name}` }, { name, password: randomBytes(12).toString('hex') })
  if (status !== 201) throw new Error(`verdaccio does not take the user ${name}: ${status} ${text}`)
  return JSON.parse(text).token
}

/** A token of the shape that Bytesafe's have: a ULID. */
function accessToken () {
  const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
  let time = ''
  for (let n = BigInt(Date.now()), i = 0; i < 10; i++, n >>= 5n) time = digits[Number(n & 31n)] + time
  return time + [...randomBytes(16)].map(byte => digits[byte & 31]).join('')
}

async function publish (name, version, token) {
  const folder = at(name)
  fs.mkdirSync(folder, { recursive: true })
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name, version, license: 'MIT' }))
  fs.writeFileSync(path.join(folder, 'index.js'), 'module.exports = 1\n')
  const npmrc = `registry=${registry('main')}\n${registry('main').slice('http:'.length)}:_authToken=${token}\n`
  fs.writeFileSync(path.join(folder, '.npmrc'), npmrc)
  await promisify(execFile)('npm', ['publish'], { cwd: folder, env: { PATH: process.env.PATH, HOME: temp } })
}

async function main () {
  fs.writeFileSync(at('verdaccio.yaml'), JSON.stringify({
    storage: at('storage'),
    auth: { htpasswd: { file: at('htpasswd') } },
    uplinks: {},
    packages: { '**': { access: '$authenticated', publish: '$authenticated' } },
    userRateLimit: { windowMs: 1000, max: 10_000 },
    web: { enable: false },
    log: { type: 'stdout', level: 'error' }
  }))
  const first = await verdaccio()
  const user = await login('alice')
  const removed = await login('bob')
  // What Bytesafe does to a user's tokens when it deactivates the user: verdaccio forgets one only when it starts anew.
  fs.writeFileSync(at('htpasswd'), fs.readFileSync(at('htpasswd'), 'utf8').replace(/^bob:.*\n?/m, ''))
  first.expected = true
  first.kill()
  await new Promise(resolve => first.on('close', resolve))
  fs.rmSync(socketPath, { force: true })
  await verdaccio()

  const tokens = { valid: accessToken(), revoked: accessToken() }
  const values = {
    PORT: port, REGISTRY_PORT: registryPort, SOCKET: socketPath, DIST: path.join(here, '../dist'), HEADERS: path.join(here, 'headers.conf'), SHARING: path.join(here, 'sharing.conf'), CORS: path.join(here, '../web/docs/cors.conf'),
    TOKENS: `"Bearer ${tokens.valid}" "Bearer ${user}"; "Bearer ${tokens.revoked}" "Bearer ${removed}";`
  }
  fs.writeFileSync(at('nginx.conf'), fs.readFileSync(path.join(here, 'nginx.conf'), 'utf8').replace(/\$\{([A-Z_]+)\}/g, (_, name) => values[name]), { mode: 0o600 })
  start('/usr/sbin/nginx', ['-p', temp, '-c', at('nginx.conf'), '-e', 'stderr'])
  await until('nginx does not start', () => fs.existsSync(at('nginx.pid'))) // written once it holds its ports
  await Promise.all([publish('@acme/example', '1.0.0', tokens.valid), publish('left-pad', '1.3.0', tokens.valid)])

  const state = { page: `http://127.0.0.1:${port}/`, registries: { main: registry('main'), quiet: registry('quiet'), closed: registry('closed') }, tokens }
  if (process.env.SERVE_STATE) {
    fs.writeFileSync(process.env.SERVE_STATE + '.new', JSON.stringify(state), { mode: 0o600 })
    fs.renameSync(process.env.SERVE_STATE + '.new', process.env.SERVE_STATE)
  }
  const npmrc = (name, token) => `    registry=${registry(name)}\n    ${registry(name).slice('http:'.length)}:_authToken=${token}\n`
  console.log(`
The page            ${state.page}
Registries          ${state.registries.main}    whoami says 401 to a token that is not valid
                    ${state.registries.quiet}   whoami says 200 {} to it, as verdaccio does
                    ${state.registries.closed}  browsers may not ask it
Packages            @acme/example, left-pad: for those who have a token

To paste into the page, or to use with a client:

  a token that is valid
${npmrc('main', tokens.valid)}
  one that no longer is
${npmrc('main', tokens.revoked)}
Ctrl-C stops it all.`)
}

main().catch(error => {
  console.error(error.message)
  stop(1)
})
