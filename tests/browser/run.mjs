// Serves the page and its registries as scripts/serve does, and runs the tests beside this file in Chromium.
// `run.mjs PATTERN` runs the tests whose names match; SHOTS names a folder for the screenshots.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { setTimeout as sleep } from 'node:timers/promises'

const here = import.meta.dirname
const temp = fs.mkdtempSync(path.join(os.tmpdir(), 'access-doctor-browser-'))
const state = path.join(temp, 'state.json')

const freePorts = async count => {
  const servers = Array.from({ length: count }, () => net.createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map(server => once(server, 'listening')))
  const ports = servers.map(server => server.address().port)
  await Promise.all(servers.map(server => once(server.close(), 'close')))
  return ports
}

const [port, registryPort] = await freePorts(2)
const serve = spawn(path.join(here, '../../scripts/serve'), {
  env: { ...process.env, PORT: `${port}`, REGISTRY_PORT: `${registryPort}`, SERVE_STATE: state },
  stdio: ['ignore', 'ignore', 'inherit']
})
try {
  while (!fs.existsSync(state)) {
    if (serve.exitCode !== null) throw new Error(`scripts/serve ended with ${serve.exitCode}`)
    await sleep(100)
  }
  const files = fs
    .readdirSync(here)
    .filter(name => name.endsWith('.test.mjs'))
    .map(name => path.join(here, name))
  process.env.SERVE_STATE = state
  process.env.SHOTS ??= path.join(temp, 'shots')
  const counts = { pass: 0, fail: 0 }
  const tests = run({ files, concurrency: 1, testNamePatterns: process.argv.slice(2) })
  for (const outcome of ['pass', 'fail'])
    tests.on(`test:${outcome}`, ({ skip }) => {
      if (skip === undefined) counts[outcome]++
    })
  tests.compose(new spec()).pipe(process.stdout)
  await once(tests, 'end')
  console.log(`${counts.pass} passed, ${counts.fail} failed`)
  process.exitCode = counts.fail ? 1 : 0
} finally {
  serve.kill()
  if (serve.exitCode === null) await once(serve, 'close')
  fs.rmSync(temp, { recursive: true, force: true })
}
