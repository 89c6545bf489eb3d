// What a first visit downloads, compressed as servers do it, against what it may weigh. 14 KB is what a server sends before it waits for an answer.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import { run } from '../suite.mjs'

const dist = path.join(import.meta.dirname, '../../dist')
const read = name => fs.readFileSync(path.join(dist, name))
const compressed = name => brotliCompressSync(read(name), { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length

/** Scripts with all that they import before they run. */
function withImports (names) {
  const all = new Set(names)
  for (const name of all) {
    if (name.endsWith('.js')) for (const [, imported] of read(name).toString().matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)) all.add(imported)
  }
  return [...all]
}

/** Pages of their own, that no diagnosis loads, and the first script under its version's name. */
const aside = /^(?:(?:rules|docs)[\\/]|clients\.html$|pages\.css$|filter\.js$|embed\.|lockfile-worker\.|npm-access-doctor-\d+\.\d)/

const page = read('index.html').toString()
const linked = [...page.matchAll(/<(?:script|link)\b[^>]*?\b(?:src|href)="?([^"\s>]+\.(?:js|css))"?/g)].map(([, name]) => name)
const loadable = fs.readdirSync(dist, { recursive: true }).filter(name => /\.(html|css|js|wasm)$/.test(name) && !aside.test(name))
// The budget that each is to stay within, in KB, and what it weighed when it was last written down: where the budget is
// not met yet, that is the limit, so that it can only get better.
const budgets = {
  'first paint': [14, ['index.html', ...withImports(linked)]],
  WebAssembly: [64, loadable.filter(name => name.endsWith('.wasm'))],
  'first diagnosis': [80, loadable]
}
const reached = JSON.parse(fs.readFileSync(path.join(import.meta.dirname, 'reached.json'), 'utf8'))

for (const name of loadable) console.log(`${String(compressed(name)).padStart(7)}  ${name}`)
await run(Object.fromEntries(Object.entries(budgets).map(([what, [kilobytes, names]]) => [what, () => {
  assert.ok(names.some(name => name !== 'index.html'), `${what}: no file found`)
  const sum = names.reduce((total, name) => total + compressed(name), 0)
  const budget = kilobytes * 1024, limit = Math.max(budget, Math.round((reached[what] ?? 0) * 1.02))
  console.log(`${String(sum).padStart(7)}  ${what}, of ${budget}${sum > budget ? `: OVER BUDGET by ${sum - budget}` : ''}: ${names.join(' ')}`)
  assert.ok(sum <= limit, `${what}: ${sum} bytes are ${sum - limit} more than the limit of ${limit}`)
}])))
