// Real clients at work, two at a time, each pair of hands in a sandbox of its own with a registry of its own.
import { spawn } from 'node:child_process'
import readline from 'node:readline'
import { runClient } from './client.mjs'
import { openRegistry } from './registry.mjs'
import { sandbox } from './sandbox.mjs'

/** In the sandbox: reads inputs, a line each, and writes what was observed. */
async function work () {
  const registry = await openRegistry({ ports: [4873, 4874] })
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { exit, output, timedOut, requests } = await runClient(JSON.parse(line), registry)
    const observed = {
      exit,
      // pnpm and npm look for newer releases of themselves
      requests: requests.filter(({ url }) => !/\/p?npm$/.test(url.split('?')[0])).map(({ status, ...request }) => request)
    }
    process.stdout.write(JSON.stringify({ observed, output, timedOut }) + '\n')
  }
  registry.close()
}

if (process.argv[1] === import.meta.filename) await work()

/** `observe(input)` → `{ observed: { exit, requests }, output, timedOut }`, as soon as hands are free. The inputs' releases have to be installed. */
export function openPool (hands = 2) {
  const inside = sandbox([import.meta.filename])
  if (!inside) throw new Error('this needs a network namespace: be root, or allow user namespaces')
  const waiting = [], idle = [], workers = []
  const next = () => {
    while (waiting.length && idle.length) {
      const { input, resolve, reject } = waiting.shift(), worker = idle.pop()
      Object.assign(worker, { resolve, reject })
      worker.stdin.write(JSON.stringify(input) + '\n')
    }
  }
  for (let i = 0; i < hands; i++) {
    const worker = spawn(inside.command, inside.args, { env: inside.env, stdio: ['pipe', 'pipe', 'inherit'] })
    readline.createInterface({ input: worker.stdout }).on('line', line => {
      idle.push(worker)
      worker.resolve(JSON.parse(line))
      worker.reject = null
      next()
    })
    worker.on('close', status => worker.reject?.(new Error(`a sandbox ended with ${status}`)))
    workers.push(worker)
    idle.push(worker)
  }
  return {
    observe: input => new Promise((resolve, reject) => { waiting.push({ input, resolve, reject }); next() }),
    close: () => workers.forEach(worker => worker.stdin.end())
  }
}
