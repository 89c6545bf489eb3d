// The real clients: installs any release of npm, yarn, pnpm or bun with the Node that it needs, and runs one on an input of
// access-doctor, so that what it is seen to do can be held against what is foretold.
import { spawn, execFile } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { sandboxed, tls } from './sandbox.mjs'

const cache = path.join(import.meta.dirname, '../../.cache/clients')
const under = (name, version) => path.join(cache, `${name}-${version}`, 'node_modules')
const major = version => parseInt(version)
const isBerry = (name, version) => name === 'yarn' && major(version) >= 2

const packageOf = (name, version) => name === 'node' ? `node-linux-${process.arch}` : isBerry(name, version) ? '@yarnpkg/cli-dist' : name

/** The Node release that a client's release was made for. */
function nodeFor (name, version) {
  const [first, second] = version.split('.').map(Number)
  if (name === 'npm') return first <= 5 || (first === 6 && second <= 9) ? '8.17.0' : first === 6 ? '12.22.12' : first <= 8 ? '16.20.2' : first <= 11 ? '20.20.2' : '22.23.3'
  if (name === 'pnpm') return first <= 7 || (first === 8 && second <= 3) ? '16.20.2' : first <= 10 ? '20.20.2' : '22.23.3'
  return isBerry(name, version) && first === 2 ? '16.20.2' : '20.20.2'
}

async function installOne (name, version) {
  const folder = path.dirname(under(name, version))
  if (fs.existsSync(folder)) return
  const making = `${folder}.making-${process.pid}`
  await promisify(execFile)('npm', ['install', '--silent', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', making, `${packageOf(name, version)}@${version}`])
  // These two put the executable, which came as an optional dependency, in its place; they fetch nothing.
  if (name === 'bun' || (name === 'pnpm' && major(version) >= 12)) {
    await promisify(execFile)(process.execPath, ['install.js'], { cwd: path.join(making, 'node_modules', name) })
  }
  fs.renameSync(making, folder)
}

/** Installs a client's release and its Node, unless they are there. Needs the npm registry, so not to be called in the sandbox. */
export async function install (name, version) {
  fs.mkdirSync(cache, { recursive: true })
  await installOne('node', nodeFor(name, version))
  await installOne(name, version)
}

/** All releases of a client, oldest first, pre-releases left out. */
export async function releases (name) {
  const list = async versions => {
    const { stdout } = await promisify(execFile)('npm', ['view', packageOf(name, versions), 'versions', '--json'], { maxBuffer: 1 << 26 })
    return JSON.parse(stdout).filter(version => /^\d+\.\d+\.\d+$/.test(version))
  }
  const all = name === 'yarn' ? [...await list('1.0.0'), ...await list('2.0.0')] : await list('1.0.0')
  return [...new Set(all)].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
}

/** The command line of a release, as a shell script's last line. */
function program (name, version) {
  const folder = path.join(under(name, version), packageOf(name, version))
  const first = (...files) => files.map(file => path.join(folder, file)).find(file => fs.existsSync(file))
  if (name === 'bun') return `"${first('bin/bun.exe', 'bin/bun')}"`
  if (name === 'pnpm' && major(version) >= 12) return `"${first('pnpm')}"`
  const script = { npm: ['bin/npm-cli.js'], yarn: ['bin/yarn.js'], pnpm: ['bin/pnpm.mjs', 'bin/pnpm.cjs'] }[name]
  return `node "${first(...script)}"`
}

/** Keeps clients from asking for anything that was not their task, or asking twice. */
function quiet (name, version, root) {
  const common = {
    npm_config_globalconfig: path.join(root, 'prefix/etc/npmrc'), npm_config_cache: path.join(root, 'cache'),
    npm_config_update_notifier: 'false', npm_config_audit: 'false', npm_config_fund: 'false', npm_config_fetch_retries: '0',
    ...(sandboxed ? { NODE_EXTRA_CA_CERTS: tls.authority, SSL_CERT_FILE: tls.authority } : {})
  }
  if (name === 'pnpm') return { ...common, pnpm_config_fetch_retries: '0', npm_config_manage_package_manager_versions: 'false' }
  if (name === 'bun') return { ...common, BUN_INSTALL: path.join(root, 'bun'), BUN_CONFIG_HTTP_RETRY_COUNT: '0' }
  if (isBerry(name, version)) return { ...common, YARN_ENABLE_TELEMETRY: '0', YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1,localhost,one.example.test,two.example.test', YARN_HTTP_RETRY: '0' }
  if (name === 'yarn') return { ...common, YARN_DISABLE_SELF_UPDATE_CHECK: 'true', YARN_CACHE_FOLDER: path.join(root, 'yarn-cache') }
  return common
}

function execute (command, { cwd, env, timeout }) {
  return new Promise(resolve => {
    // A process group of its own, so that whatever the client leaves running can be ended with it.
    const child = spawn('bash', ['-c', command], { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    const end = () => { try { process.kill(-child.pid, 'SIGKILL') } catch { /* all gone already */ } }
    let output = '', timedOut = false
    child.stdout.on('data', data => { output += data })
    child.stderr.on('data', data => { output += data })
    const timer = setTimeout(() => { timedOut = true; end() }, timeout)
    child.on('close', exit => {
      clearTimeout(timer)
      end()
      resolve({ exit, output, timedOut })
    })
  })
}

/**
 * Runs one input of access-doctor with the real client, against `registry`, which is to answer what the input's addresses lead to.
 * Sources lie where their names say: `~/…`, `{prefix}/…`, else in the project. `before` are commands to run first, in the same place.
 * Returns `{ exit, output, timedOut, requests }`.
 */
export async function runClient (input, registry, { before = [], timeout = 60_000 } = {}) {
  const name = input.clientName, version = input.client.trim()
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'access-doctor-client-'))
  const home = path.join(root, 'home'), project = path.join(root, 'project')
  const write = (file, text, mode) => { fs.mkdirSync(path.dirname(file), { recursive: true }); fs.writeFileSync(file, text, { mode }) }
  const place = file => file.startsWith('~/') ? path.join(home, file.slice(2)) : path.join(project, file.replace('{prefix}', '../prefix'))
  for (const folder of [home, project, path.join(root, 'tmp')]) fs.mkdirSync(folder)
  try {
    const packages = input.packages ?? []
    const publishes = /\bpublish\b/.test(input.command)
    const manifest = { name: 'app', version: '1.0.0', description: 'a project', license: 'MIT', repository: 'github:somebody/something' }
    if (publishes) Object.assign(manifest, packages[0])
    else if (/ (install|ci|add)\b/.test(input.command)) manifest.dependencies = Object.fromEntries(packages.map(each => [each.name, each.version]))
    write(path.join(project, 'package.json'), JSON.stringify(manifest))
    write(path.join(project, 'README.md'), '# A project\n')
    if (isBerry(name, version)) write(path.join(project, 'yarn.lock'), '')
    for (const source of input.sources) {
      write(place(source.name), source.kind === 'package-json' ? JSON.stringify({ ...manifest, ...JSON.parse(source.text) }) : source.text)
    }
    write(path.join(root, 'bin', name), `#!/bin/bash\nexec ${program(name, version)} "$@"\n`, 0o755)

    const env = {
      PATH: `${root}/bin:${path.join(under('node', nodeFor(name, version)), packageOf('node'), 'bin')}:/usr/bin:/bin`,
      HOME: home, TMPDIR: path.join(root, 'tmp'), LANG: 'C.UTF-8', USER: 'somebody',
      ...quiet(name, version, root),
      ...Object.fromEntries(Object.entries(input.environment ?? {}).filter(([, value]) => value !== null))
    }
    const run = command => execute(command, { cwd: project, env, timeout })
    for (const command of before) {
      const { exit, output } = await run(command)
      if (exit !== 0) throw new Error(`${command}: ${output}`)
    }
    if (isBerry(name, version) && publishes) await run('YARN_ENABLE_IMMUTABLE_INSTALLS=false yarn install') // it publishes only what its lockfile knows; in CI it would not write one
    registry.requests.length = 0
    registry.tarballs = Object.fromEntries(packages.filter(each => each.tarball).map(each => [each.name, each.tarball]))
    const more = !publishes ? '' : name === 'pnpm' ? ' --no-git-checks' : name === 'yarn' && !isBerry(name, version) ? ` --new-version ${packages[0].version}` : ''
    const result = await run(input.command + more)
    const tidy = result.output.replaceAll(root, '/tmp').replaceAll(cache, '/opt')
    return { ...result, output: tidy, requests: registry.requests.slice() }
  } finally {
    fs.rmSync(root, { recursive: true, force: true, maxRetries: 3, retryDelay: 200 })
  }
}
