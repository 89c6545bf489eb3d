// A registry on loopback that has every package, and remembers each request with its Authorization header.
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import zlib from 'node:zlib'
import { sandboxed, tls } from './sandbox.mjs'

function tarEntry (name, text) {
  const head = Buffer.alloc(512)
  head.write(name)
  head.write('0000644\0', 100)
  head.write('0000000\0', 108)
  head.write('0000000\0', 116)
  head.write(Buffer.byteLength(text).toString(8).padStart(11, '0') + '\0', 124)
  head.write('00000000000\0', 136)
  head.write('        0', 148)
  head.write('ustar\x0000', 257)
  head.write(head.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0') + '\0', 148)
  return Buffer.concat([head, Buffer.from(text), Buffer.alloc(-Buffer.byteLength(text) & 511)])
}

function tarball (name) {
  return zlib.gzipSync(Buffer.concat([
    tarEntry('package/package.json', JSON.stringify({ name, version: '1.0.0', license: 'MIT' })),
    tarEntry('package/index.js', 'module.exports = 1\n'), Buffer.alloc(1024)
  ]))
}

function packument (name, address) {
  const bytes = tarball(name)
  const hash = (algorithm, encoding) => createHash(algorithm).update(bytes).digest(encoding)
  const long = '2015-01-01T00:00:00.000Z' // clients that want a release to be some days old take it
  return {
    _id: name, name, description: 'a package', 'dist-tags': { latest: '1.0.0' }, modified: long, time: { created: long, modified: long, '1.0.0': long }, maintainers: [],
    versions: {
      '1.0.0': {
        _id: `${name}@1.0.0`, name, version: '1.0.0', license: 'MIT', main: 'index.js', maintainers: [],
        dist: { tarball: address, shasum: hash('sha1', 'hex'), integrity: `sha512-${hash('sha512', 'base64')}` }
      }
    }
  }
}

/** What a request is for, and what a registry that grants it answers. `tarballs` holds addresses that lie elsewhere, by package name. */
function answer (method, path, base, tarballs) {
  const json = (purpose, body, status = 200) => ({ purpose, status, type: 'application/json', body: Buffer.from(JSON.stringify(body)) })
  let match
  if (/\/-\/ping$/.test(path)) return json('ping', {})
  if (/\/-\/whoami$/.test(path)) return json('whoami', { username: 'somebody' })
  if ((match = /^.*?\/?((?:@[^/]+(?:\/|%2f))?[^/@]+)\/-\/[^?]*\.tgz$/i.exec(path))) {
    return { purpose: 'tarball', status: 200, type: 'application/octet-stream', body: tarball(decodeURIComponent(match[1])) }
  }
  // npmjs.com trusts every publisher here; other registries know nothing of that.
  if (/\/-\/npm\/v1\/oidc\/token\/exchange\//.test(path) && /^https:\/\/registry\.(npmjs\.org|yarnpkg\.com)/.test(base)) return json('other', { token: 'EXCHANGED' }, 201)
  if (/\/-\//.test(path)) return json('other', { error: 'not found' }, 404)
  if (method === 'PUT') return json('publish', { ok: true }, 201)
  if (!(match = /^(.*?)\/((?:@[^/]+(?:\/|%2f))?[^/@]+)\/?$/i.exec(path))) return json('other', { ok: true })
  const name = decodeURIComponent(match[2])
  return json('packument', packument(name, tarballs[name] ?? `${base}${match[1]}/${name}/-/${name.split('/').pop()}-1.0.0.tgz`))
}

/**
 * Opens a registry at two addresses: `host` and, under another name, `secondHost`. In the sandbox it also has http and https on their own ports
 * and under the default registries' names, if `ports` are given. `accepts` says which Authorization headers (or null) it grants.
 */
export async function openRegistry ({ ports = [0, 0], accepts = () => true } = {}) {
  const registry = { requests: [], tarballs: {}, accepts }
  function handle (request, response) {
    request.resume().on('end', () => {
      const scheme = request.socket.encrypted ? 'https' : 'http'
      const authorization = request.headers.authorization ?? null
      const base = `${scheme}://${request.headers.host}`
      let { purpose, status, type, body } = answer(request.method, request.url.split('?')[0], base, registry.tarballs)
      if (purpose !== 'ping' && !registry.accepts(authorization)) {
        [status, type, body] = [401, 'application/json', Buffer.from('{"error":"unauthorized"}')]
      }
      registry.requests.push({ purpose, method: request.method, url: base + request.url, authorization, status })
      response.writeHead(status, { 'content-type': type, 'content-length': body.length, connection: 'close' })
      response.end(request.method === 'HEAD' ? undefined : body)
    })
  }
  const servers = []
  async function listen (server, port) {
    await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
    servers.push(server)
    return server.address().port
  }
  registry.host = `127.0.0.1:${await listen(http.createServer(handle), ports[0])}`
  registry.secondHost = `localhost:${await listen(http.createServer(handle), ports[1])}`
  if (sandboxed && ports[0]) {
    await listen(http.createServer(handle), 80)
    await listen(https.createServer({ key: fs.readFileSync(tls.key), cert: fs.readFileSync(tls.certificate) }, handle), 443)
  }
  registry.close = () => servers.forEach(server => { server.closeAllConnections(); server.close() })
  return registry
}
