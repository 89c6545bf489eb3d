// Runs this very program again where nothing leaves: in a network namespace with only loopback, where the default
// registries' names lead to it, so that a request to one of them is seen instead of made.
import { execFileSync, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

/** Names that lead to loopback: the default registries', and two to tell hosts apart by. */
export const names = ['registry.npmjs.org', 'registry.npmjs.com', 'registry.yarnpkg.com', 'repo.yarnpkg.com', 'one.example.test', 'two.example.test']
const folder = path.join(import.meta.dirname, '../../.cache/sandbox')

/** Whether this program runs in the sandbox; then each registry may have its ports of choice and its https. */
export const sandboxed = process.env.ACCESS_DOCTOR_SANDBOX === '1'

/** The key and certificate of loopback's https, and the authority that clients have to trust for it. */
export const tls = { key: path.join(folder, 'server.key'), certificate: path.join(folder, 'server.crt'), authority: path.join(folder, 'ca.crt') }

/** How to get a namespace: as root, or as root of a user namespace; null where neither is allowed. */
function unshare () {
  return [['-n', '-m'], ['-r', '-n', '-m']].find(flags => spawnSync('unshare', [...flags, 'ip', 'link', 'set', 'lo', 'up']).status === 0) ?? null
}

function makeCertificates () {
  if (fs.existsSync(tls.certificate)) return
  const openssl = (...args) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' })
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '3650', '-subj', '/CN=test authority', '-keyout', 'ca.key', '-out', 'ca.crt',
    '-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=keyCertSign,cRLSign')
  openssl('req', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=loopback', '-keyout', 'server.key', '-out', 'server.csr')
  fs.writeFileSync(path.join(folder, 'extensions'), `basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\nsubjectAltName=${['IP:127.0.0.1', ...['localhost', ...names].map(name => `DNS:${name}`)]}\n`)
  openssl('x509', '-req', '-in', 'server.csr', '-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '3650', '-extfile', 'extensions', '-out', 'server.crt')
}

/** The command that runs `args` with this Node in a sandbox; null where there can be none. */
export function sandbox (args) {
  const flags = unshare()
  if (!flags) return null
  fs.mkdirSync(folder, { recursive: true })
  makeCertificates()
  const hosts = path.join(folder, 'hosts')
  fs.writeFileSync(hosts, `127.0.0.1 localhost ${names.join(' ')}\n`)
  return {
    command: 'unshare',
    args: [...flags, 'bash', '-c', 'ip link set lo up; mount --bind "$1" /etc/hosts; shift; exec "$@"', '_', hosts, process.execPath, ...args],
    env: { ...process.env, ACCESS_DOCTOR_SANDBOX: '1' }
  }
}

/** Goes on in the sandbox, if there can be one. */
export function enterSandbox () {
  if (sandboxed) return
  const inside = sandbox(process.argv.slice(1))
  if (!inside) return
  process.exit(spawnSync(inside.command, inside.args, { env: inside.env, stdio: 'inherit' }).status ?? 1)
}
