// The page and its registries as scripts/serve has them, on free ports, for as long as `use` takes.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const freePorts = async count => {
  const servers = Array.from({ length: count }, () => net.createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map(server => once(server, 'listening')))
  const ports = servers.map(server => server.address().port)
  await Promise.all(servers.map(server => once(server.close(), 'close')))
  return ports
}

/** `use(state, temp)`: the file that tells where they are, and a folder that is removed afterwards. */
export async function withServed (use) {
  const temp = fs.mkdtempSync(path.join(os.tmpdir(), 'access-doctor-browser-'))
  const state = path.join(temp, 'state.json')
  const [port, registryPort] = await freePorts(2)
  // What is built is served as it is: to build it anew would take it away from the suites that run beside this one.
  const serve = spawn(process.execPath, [path.join(import.meta.dirname, '../scripts/serve.mjs')], {
    env: { ...process.env, PORT: `${port}`, REGISTRY_PORT: `${registryPort}`, SERVE_STATE: state },
    stdio: ['ignore', 'ignore', 'inherit']
  })
  try {
    while (!fs.existsSync(state)) {
      if (serve.exitCode !== null) throw new Error(`scripts/serve.mjs ended with ${serve.exitCode}`)
      await sleep(100)
    }
    return await use(state, temp)
  } finally {
    serve.kill()
    if (serve.exitCode === null) await once(serve, 'close')
    fs.rmSync(temp, { recursive: true, force: true })
  }
}
