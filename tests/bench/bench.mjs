// scripts/bench: the inputs, the others, and the table.
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import http from 'node:http'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import ini from 'ini-7'
import { chromium } from 'playwright-core'
import registryAuthToken from 'registry-auth-token'
import yaml from 'yaml'
import { read, unfold } from '../observed/lines.mjs'

const root = path.join(import.meta.dirname, '../..')
const require = createRequire(import.meta.url)
const Config = require('@npmcli/config')
const { definitions, shorthands, flatten, nerfDarts } = require('@npmcli/config/lib/definitions')
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'access-doctor-bench-'))

// The inputs. A file of any size is the same small one with ever more settings that nobody asks for.
const npmrc = size => {
  let text = 'registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=01EPF8PPQ9WZQ5TADPCV8DPMG5\nalways-auth=true\n'
  for (let i = 0; text.length < size; i++) text += i % 5 ? `setting-${i} = "value ${i}" ; why\n` : `# a comment, number ${i}\n`
  return text
}
const packages = (size, line, head, tail) => {
  const parts = [head]
  for (let i = 0, length = 0; length < size; i++) length += parts[parts.push(line(i)) - 1].length
  return parts.join('') + tail
}
const lock = size => packages(size, i => `    "node_modules/package-${i}": {\n      "version": "1.${i}.0",\n      "resolved": "https://acme.bytesafe.dev/r/main/package-${i}/-/package-${i}-1.${i}.0.tgz",\n      "integrity": "sha512-${'A'.repeat(86)}==",\n      "dev": true\n    },\n`, '{\n  "name": "x",\n  "lockfileVersion": 3,\n  "packages": {\n', '    "": {}\n  }\n}\n')
const pnpmLock = size => packages(size, i => `  package-${i}@1.${i}.0:\n    resolution: {integrity: sha512-${'A'.repeat(86)}==, tarball: https://acme.bytesafe.dev/r/main/package-${i}/-/package-${i}-1.${i}.0.tgz}\n`, "lockfileVersion: '9.0'\n\npackages:\n", '')
const KB = 1 << 10, MB = 1 << 20
const inputs = { '2k.npmrc': npmrc(2 * KB), '100k.npmrc': npmrc(100 * KB), '10m.npmrc': npmrc(10 * MB), '1m.json': lock(MB), '15m.json': lock(15 * MB), '100m.json': lock(100 * MB), '1m.yaml': pnpmLock(MB) }
for (const [name, text] of Object.entries(inputs)) fs.writeFileSync(path.join(folder, name), text)

/** Milliseconds of one call: the median of what fits into a second, at least three. */
async function time (run) {
  const times = []
  for (const end = performance.now() + 1000; performance.now() < end || times.length < 3;) {
    const start = performance.now()
    await run()
    times.push(performance.now() - start)
  }
  return times.sort((a, b) => a - b)[times.length >> 1]
}

// Ours, natively.
const { benchmarks } = JSON.parse(execFileSync(path.join(root, 'build/native/benchmark-core'), ['--benchmark_format=json'], { env: { ...process.env, BENCH_INPUTS: folder }, stdio: ['ignore', 'pipe', 'ignore'] }))
const native = Object.fromEntries(benchmarks.map(({ name, real_time, time_unit }) => [name, real_time / { ns: 1e6, us: 1e3, ms: 1 }[time_unit]]))

// Ours, as WebAssembly: in Node, and in Chromium from the files that a page gets.
const input = { client: '10.9.9', command: 'npm install left-pad', sources: [{ kind: 'npmrc', layer: 'user', name: '~/.npmrc', text: inputs['2k.npmrc'] }] }
const core = await import(path.join(root, 'build/package/core-node.js'))
const dist = path.join(root, 'dist')
const [script] = fs.readdirSync(dist).filter(name => /^access-doctor-core.*\.js$/.test(name))
const [wasm] = fs.readdirSync(dist).filter(name => name.endsWith('.wasm'))
const server = http.createServer((request, response) => {
  const name = request.url === `/${script}` ? script : request.url === `/${wasm}` ? wasm : null
  response.setHeader('content-type', name === script ? 'text/javascript' : name ? 'application/wasm' : 'text/html')
  response.end(name ? fs.readFileSync(path.join(dist, name)) : '<!doctype html>')
}).listen(0, '127.0.0.1')
await new Promise(resolve => server.once('listening', resolve))
async function inChromium () {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })
  try {
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${server.address().port}/`)
    return await page.evaluate(async ([script, wasm, input, lock]) => {
      const { default: load } = await import(script)
      const core = await load({ wasmBinary: await (await fetch(wasm)).arrayBuffer() })
      const median = run => {
        const times = []
        for (const end = performance.now() + 1000; performance.now() < end || times.length < 3;) {
          const start = performance.now()
          run()
          times.push(performance.now() - start)
        }
        return times.sort((a, b) => a - b)[times.length >> 1]
      }
      return { diagnose: median(() => core.diagnose(input)), lockfile: median(() => core.downloads(lock)) }
    }, [`/${script}`, `/${wasm}`, input, inputs['1m.json']])
  } finally {
    await browser.close()
    server.close()
  }
}
const browser = await inChromium()

// The others.
const home = path.join(folder, 'home'), project = path.join(folder, 'project')
const files = { user: path.join(home, '.npmrc'), project: path.join(project, '.npmrc') }
async function npmConfig ({ sources, environment = {}, command = 'npm install' }) {
  for (const name of [home, project]) {
    fs.rmSync(name, { recursive: true, force: true })
    fs.mkdirSync(name)
  }
  fs.writeFileSync(path.join(project, 'package.json'), '{}')
  for (const { layer, text } of sources) if (files[layer]) fs.writeFileSync(files[layer], text)
  const env = { HOME: home, ...Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== null)) }
  const config = new Config({ definitions, shorthands, flatten, nerfDarts, npmPath: folder, argv: ['node', ...command.split(' ')], env, cwd: project, platform: 'linux', warn: false })
  await config.load()
  return config
}
const headerOf = ({ token, auth, username, password }) => token ? `Bearer ${token}` : auth ? `Basic ${auth}` : username && password ? `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` : null
const registryOf = (settings, name) => settings(`${name.startsWith('@') ? name.split('/')[0] : '\0'}:registry`) || settings('registry') || 'https://registry.npmjs.org/'
const count = value => {
  if (!value || typeof value !== 'object') return typeof value === 'string' && value.startsWith('https://') ? 1 : 0
  let sum = 0
  for (const key in value) sum += count(value[key])
  return sum
}
const others = {
  'ini, 2 KB': await time(() => ini.parse(inputs['2k.npmrc'])), 'ini, 100 KB': await time(() => ini.parse(inputs['100k.npmrc'])), 'ini, 10 MB': await time(() => ini.parse(inputs['10m.npmrc'])),
  '@npmcli/config': await time(async () => (await npmConfig(input)).getCredentialsByURI('https://acme.bytesafe.dev/r/main/')),
  'registry-auth-token': await time(() => registryAuthToken('https://acme.bytesafe.dev/r/main/', { npmrc: ini.parse(inputs['2k.npmrc']) })),
  'JSON.parse, 1 MB': await time(() => count(JSON.parse(inputs['1m.json']))), 'JSON.parse, 15 MB': await time(() => count(JSON.parse(inputs['15m.json']))), 'JSON.parse, 100 MB': await time(() => count(JSON.parse(inputs['100m.json']))),
  'yaml, 1 MB': await time(() => count(yaml.parse(inputs['1m.yaml'])))
}
const rows = [
  ['parse an .npmrc of 2 KB', native['parse/2_KB'], 'ini', others['ini, 2 KB']], ['100 KB', native['parse/100_KB'], 'ini', others['ini, 100 KB']], ['10 MB', native['parse/10_MB'], 'ini', others['ini, 10 MB']],
  ['which credential, from a text of 2 KB', native['credential/2_KB'], '@npmcli/config', others['@npmcli/config']], ['', native['credential/2_KB'], 'registry-auth-token', others['registry-auth-token']],
  ['a package-lock.json of 1 MB', native['lockfile/1_MB'], 'JSON.parse and a walk', others['JSON.parse, 1 MB']], ['15 MB', native['lockfile/15_MB'], 'JSON.parse and a walk', others['JSON.parse, 15 MB']], ['100 MB', native['lockfile/100_MB'], 'JSON.parse and a walk', others['JSON.parse, 100 MB']],
  ['the same of 1 MB, WebAssembly in Chromium', browser.lockfile, 'JSON.parse and a walk', others['JSON.parse, 1 MB']],
  ['a pnpm-lock.yaml of 1 MB', native['lockfile/pnpm_1_MB'], 'yaml', others['yaml, 1 MB']],
  ['a diagnosis, 2 KB, natively', native['diagnose/2_KB']], ['WebAssembly in Node', await time(() => core.diagnose(input))], ['WebAssembly in Chromium', browser.diagnose]
]
const ms = value => value >= 10 ? value.toFixed(0) : value >= 0.1 ? value.toFixed(2) : value.toFixed(4)
console.log('| what | ours, ms | the other | ms | ratio |\n|---|---:|---|---:|---:|')
for (const [what, ours, other, theirs] of rows) console.log(`| ${what} | ${ms(ours)} | ${other ?? ''} | ${other ? ms(theirs) : ''} | ${other ? (theirs / ours).toFixed(1) : ''} |`)

// Who foretells the header of a package's document, of what npm 11 was seen to send.
const seen = fs.readdirSync(path.join(root, 'tests/observed')).filter(name => /^npm.*\.jsonl$/.test(name)).flatMap(name => unfold(read(path.join(root, 'tests/observed', name))))
  .filter(({ input, observed }) => input.client.startsWith('11.') && observed.requests.some(({ purpose }) => purpose === 'packument'))
const reports = execFileSync(path.join(root, 'build/native/access-doctor'), ['--reveal'], { input: seen.map(({ input }) => JSON.stringify(input)).join('\n'), maxBuffer: 1 << 30 }).toString().trim().split('\n').map(line => JSON.parse(line))
const right = { ours: 0, '@npmcli/config': 0, 'registry-auth-token': 0 }
for (const [i, { input, observed }] of seen.entries()) {
  const { authorization } = observed.requests.find(({ purpose }) => purpose === 'packument')
  const name = input.packages?.[0]?.name ?? 'left-pad'
  if ((reports[i].requests.find(({ purpose }) => purpose === 'packument')?.authorization?.value ?? null) === authorization) right.ours++
  try {
    const config = await npmConfig(input)
    if (headerOf(config.getCredentialsByURI(registryOf(key => config.get(key), name))) === authorization) right['@npmcli/config']++
  } catch { /* it stops, and npm did not */ }
  try {
    const settings = ini.parse(input.sources.map(({ text }) => text).reverse().join('\n'))
    const found = registryAuthToken(registryOf(key => settings[key], name), { recursive: true, npmrc: settings })
    if ((found ? `${found.type} ${found.token}` : null) === authorization) right['registry-auth-token']++
  } catch { /* it throws at some values */ }
}
console.log(`\nThe header of a package's document as npm 11 was seen to send it, ${seen.length} runs: ${Object.entries(right).map(([who, n]) => `${who} ${n} (${(100 * n / seen.length).toFixed(1)} %)`).join(', ')}`)
fs.rmSync(folder, { recursive: true })
