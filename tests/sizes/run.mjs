// What a first visit downloads, compressed as servers do it, against what it may weigh. 14 KB is what a server sends before it waits for an answer.
// `run.mjs --update` writes down what is reached, and what the module consists of.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import { run } from '../suite.mjs'
import { parts } from './module.mjs'

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
const aside = /^(?:(?:rules|docs)[\\/]|clients\.html$|pages\.css$|filter\.js$|embed\.|worker\.|npm-access-doctor-\d+\.\d)/

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
const report = path.join(import.meta.dirname, 'reached.json')
const reached = JSON.parse(fs.readFileSync(report, 'utf8'))
const sizeOf = names => names.reduce((total, name) => total + compressed(name), 0)

const built = name => path.join(dist, '../build/wasm', name)
const { rooms, functions } = parts(fs.readFileSync(built('access-doctor-core.wasm')), fs.readFileSync(built('access-doctor-core.js.symbols'), 'utf8'))
// Small ones come and go.
const module = { rooms, functions: Object.fromEntries(Object.entries(functions).filter(([, bytes]) => bytes >= 500)) }
const largest = sizes => Object.fromEntries(Object.entries(sizes).sort(([, a], [, b]) => b - a))
/** The parts that weigh more than they did, by how much. */
const grown = kind =>
  Object.entries(largest(Object.fromEntries(Object.entries(module[kind]).map(([name, bytes]) => [name, bytes - (reached[kind][name] ?? 0)]))))
    .filter(([, more]) => more > 0)
    .slice(0, 10)
    .map(([name, more]) => `${name} +${more}`)
    .join(', ')

if (process.argv.includes('--update')) {
  fs.writeFileSync(report, `${JSON.stringify({ WebAssembly: sizeOf(budgets.WebAssembly[1]), 'first diagnosis': sizeOf(budgets['first diagnosis'][1]), rooms: largest(module.rooms), functions: largest(module.functions) }, null, 1)}\n`)
}

console.log('The WebAssembly before compression, by room:')
for (const [room, bytes] of Object.entries(largest(module.rooms))) console.log(`${String(bytes).padStart(7)}  ${room}`)
console.log('Compressed:')
for (const name of loadable) console.log(`${String(compressed(name)).padStart(7)}  ${name}`)
await run(Object.fromEntries(Object.entries(budgets).map(([what, [kilobytes, names]]) => [what, () => {
  assert.ok(names.some(name => name !== 'index.html'), `${what}: no file found`)
  const sum = sizeOf(names)
  const budget = kilobytes * 1024, limit = Math.max(budget, Math.round((reached[what] ?? 0) * 1.02))
  console.log(`${String(sum).padStart(7)}  ${what}, of ${budget}${sum > budget ? `: OVER BUDGET by ${sum - budget}` : ''}: ${names.join(' ')}`)
  assert.ok(sum <= limit, `${what}: ${sum} bytes are ${sum - limit} more than the limit of ${limit}. Before compression, rooms: ${grown('rooms')}; functions: ${grown('functions')}`)
}])))
