// Holds the core's readers against the ones that the clients use, on the cases' files and on random documents.
//   scripts/test readers --documents 1000000 --seed 7
//   node tests/readers/run.mjs ini-5 yaml
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { isDeepStrictEqual, parseArgs } from 'node:util'
import vm from 'node:vm'
import dotenv from 'dotenv'
import { parse as parseToml } from 'smol-toml'
import yaml from 'yaml'
import { run } from '../suite.mjs'
import { documents } from './documents.mjs'

const require = createRequire(import.meta.url)
const { parseSyml } = require('@yarnpkg/parsers')
const { values: options, positionals: only } = parseArgs({ allowPositionals: true, options: { documents: { type: 'string', default: '5000' }, seed: { type: 'string', default: '1' } } })

/** The reader of lockfiles and .yarnrc within yarn 1's one large file. At a quote that is never closed it goes on for seconds, so it runs where it can be stopped. */
function yarnrc (module, format) {
  const bundle = fs.readFileSync(require.resolve(`${module}/lib/cli.js`), 'utf8')
  const context = vm.createContext({ require, process, Buffer, console, module: {}, setTimeout })
  vm.runInContext(bundle.replace(/return __webpack_require__\(__webpack_require__\.s = \d+\)/, 'return { load: __webpack_require__, modules }'), context)
  const { load, modules } = context.module.exports
  context.parse = load(modules.findIndex(made => /function\* tokenise\(/.test(made))).default
  const parsing = new vm.Script('parse(text).object')
  return {
    name: module, syntax: 'yarnrc', format,
    read: text => {
      context.text = text
      return Object.fromEntries(Object.entries(parsing.runInContext(context, { timeout: 50 })).filter(([, value]) => !isMap(value)).map(([key, value]) => [key, typeof value === 'number' ? String(value) : value]))
    }
  }
}

const isMap = value => typeof value === 'object' && value !== null && !Array.isArray(value)

// What is no map is refused by yarn; the core says so behind the reader.
function parseMap (text) {
  try { return parseSyml(text) } catch (error) {
    if (/^Expected an indexed object/.test(error.message)) return {}
    throw error
  }
}

function refuses (text) {
  try { return !parseSyml(text) } catch { return true }
}

/** The scalars of nested maps and lists by the path to them, as the core names them. */
function flat (value, way = [], out = {}) {
  if (typeof value === 'object' && value !== null && !(value instanceof Date)) for (const [key, below] of Object.entries(value)) flat(below, [...way, key], out)
  else if (way.length) out[way.join('\x1F')] = value
  return out
}

function ini (module, format) {
  const { parse } = require(module)
  return {
    name: module, syntax: 'ini', format,
    read: text => {
      const parsed = parse(text)
      for (const key in {}) delete Object.prototype[key]  // 1.3.5 writes there where a section is called __proto__
      return Object.fromEntries(Object.entries(parsed).filter(([, value]) => !isMap(value)).map(([key, value]) => [key, Array.isArray(value) ? { list: value.join(',') } : typeof value === 'number' ? String(value) : value]))
    }
  }
}

/** What reads a document, which of the core's readers is to agree with it, and what it makes of a text; it throws where it takes none of it. */
const references = [
  ...['ini-1.3.5', 'ini-1.3.8'].map(module => ini(module, 'ini 1')),
  ...['ini-2', 'ini-3'].map(module => ini(module, 'ini 2')),
  ...['ini-4', 'ini-5', 'ini-6', 'ini-7'].map(module => ini(module, 'ini 4.1')),
  yarnrc('yarn-1.7', 'yarnrc 1.7'),
  yarnrc('yarn-1.22', 'yarnrc 1.16'),
  { name: 'yaml', syntax: 'yaml', format: 'yaml', read: text => flat(yaml.parse(text, { schema: 'failsafe', logLevel: 'error', uniqueKeys: false })) },
  { name: '@yarnpkg/parsers', syntax: 'yaml', format: 'yaml', read: text => flat(parseMap(text)) },
  { name: 'dotenv', syntax: 'dotenv', format: 'dotenv', read: dotenv.parse },
  { name: 'smol-toml', syntax: 'toml', format: 'toml', read: text => flat(parseToml(text)) }
]

/** What the two sides are compared by: of a TOML scalar that is no text only that it is none, of a YAML scalar its text, whatever its type. */
const comparable = {
  toml: entries => Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, typeof value === 'string' ? value : null])),
  yaml: entries => Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, ['', '~', 'null', null].includes(value) ? null : String(value)])
    .filter(([key, value]) => value !== null || !/(^|\x1F)\d+$/.test(key)))  // an item of a list that is empty says nothing
}

/** Documents that are read otherwise, and are left so. */
const known = {
  ini: [
    { why: "a key or section in single quotes that is JSON other than text: a TypeError, or another name", is: text => /^\s*\[?\s*'\s*(null|\[.*\]|\{.*\})\s*'/m.test(text) },
    { why: 'a section that is called as a list before it puts its keys into the list', is: text => /\[\]/.test(text) && /^\[[^\]]*\]\s*$/m.test(text) },
    { why: "numbers in single quotes that JavaScript writes otherwise, such as '1e5' or '1.50'", is: text => /'\s*-?\d+(\.\d+)?(e[-+]?\d+)?\s*'/i.test(text) && !/'\s*(0|[1-9]\d{0,14})\s*'/.test(text) }
  ],
  yaml: [
    { why: 'a key __proto__', is: text => text.includes('__proto__') },
    { why: 'what a person hid before pasting: in the real file there is a value', is: text => /:\s*(?:\*{3}|\[[^\]\n]*(?:redacted|hidden|masked|removed)\])/i.test(text) },
    { why: 'a list, or a byte-order mark not at the start: no client takes it', is: (text, found) => text.includes('\ufeff') || Object.keys(found ?? {}).some(key => /^\d/.test(key)) },
    { why: 'three dashes that are no mark between documents', is: text => /^ +---|^---[^ \t\r\n]/m.test(text) },
    { why: 'tabs before and behind what stands on a line: core/settings tells which release refuses them', is: text => /^[ -]*\t|\t *$/m.test(text) }
  ],
  dotenv: [
    { why: 'what goes on over lines', is: text => /[=:]\s*[\r\n]\s*["'`]|[\w.-]\s*[\r\n]+\s*=|(["'`])[^\r\n]*[\r\n][^]*\1|export\s*[\r\n]/.test(text) },
    { why: 'a key __proto__', is: text => text.includes('__proto__') },
    { why: 'line ends of Unicode', is: text => /[\u2028\u2029]/.test(text) }
  ],
  toml: [
    { why: 'a table or key that is there already', is: (text, found, error) => /redefine/.test(error?.message) },
    { why: 'carriage returns alone, which bun takes for blanks', is: text => /\r(?!\n)/.test(text) },
    { why: '"\\/" in a string', is: text => text.includes('\\/') },
    { why: 'control characters in comments', is: text => /#[^\n]*[\0-\x08\v\f\x0e-\x1f\x7f]/.test(text) },
    { why: 'numbers, dates and words, which are no text whether they are well formed or not', is: (text, found) => Object.values(found ?? {}).includes(null) }
  ]
}

// Whether it is YAML is not told for keys behind "?", in brackets or with escapes, anchors and tags where nobody writes them, a comment
// right behind quotes or within a text that goes on over lines, and what stands behind quotes that do.
const unclear = /[?&!]|^\s*[[{]|^\.\.\.|^---|"[^"\n]*[\t\\]|["'\]}]#|#[^\n]*\s*\n\s+\S/m

/** What the core's reader makes of each text. */
function core (format, texts) {
  const input = texts.map(text => JSON.stringify({ format, text }) + '\n').join('')
  const { stdout, status } = spawnSync(path.join(import.meta.dirname, '../../build/native/read-document'), { input, maxBuffer: 1 << 30 })
  if (status !== 0) throw new Error(`the core's reader ended with ${status}`)
  return String(stdout).split('\n').slice(0, -1).map(line => JSON.parse(line))
}

const shown = value => JSON.stringify(value)

function agrees ({ name, syntax, format, read }) {
  const differences = []
  let checked = 0, beyond = 0, excused = 0
  const all = documents(syntax, Number(options.seed))
  for (let left = Number(options.documents); left > 0; left -= 10_000) {
    const texts = Array.from({ length: Math.min(left, 10_000) }, () => all.next().value)
    core(format, texts).forEach(({ entries, misread, broken }, i) => {
      // What is no YAML at all is told from what is not read here.
      if (misread && name === '@yarnpkg/parsers' && !known.yaml.some(({ is }) => is(texts[i])) && broken !== refuses(texts[i])) {
        if (unclear.test(texts[i]) || texts[i].split('\n').some(line => line.split('"').length % 2 === 0)) excused++
        else differences.push({ text: texts[i], wanted: refuses(texts[i]) ? 'refused' : 'read', found: broken ? 'refused' : 'read' })
      }
      // Newer releases of yarn read as YAML what is no .yarnrc.
      if (misread || (broken && name === 'yarn-1.22')) return beyond++
      checked++
      const text = texts[i]
      let wanted = null, error
      try { wanted = read(text) } catch (thrown) { error = thrown }
      // A line of nothing but blanks is a key without a name to some releases: no client asks for it.
      if (wanted) delete wanted['']
      delete entries['']
      const compared = comparable[syntax] ?? (as => as)
      const found = broken ? null : compared(entries)
      if (wanted) wanted = compared(wanted)
      if (isDeepStrictEqual(found, wanted)) return
      if (known[syntax]?.some(({ is }) => is(text, found, error))) excused++
      else differences.push({ text, wanted, found })
    })
  }
  console.log(`${name}: ${checked} documents compared, ${beyond} beyond what is read, ${differences.length} read otherwise, and ${excused} for a reason that is listed`)
  if (!checked) throw new Error('nothing was compared')
  if (differences.length) throw new Error(differences.sort((a, b) => a.text.length - b.text.length).slice(0, 12).map(({ text, wanted, found }) => `${shown(text)}\n  it reads ${shown(wanted)}\n  the core ${shown(found)}`).join('\n'))
}

await run(Object.fromEntries(references.filter(({ name }) => !only.length || only.includes(name)).map(reference => [reference.name, () => agrees(reference)])))
