// Every case natively and through the WebAssembly build: the same report byte for byte, valid by the schema, with the findings
// that the case expects, and none of its secrets. Mended files diagnose clean, and mending them again changes nothing.
//   node tests/cases/run.mjs [--update] [AD101]
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import Ajv from 'ajv'
import { run } from '../suite.mjs'
import { read, show, summary } from './case.mjs'

const here = path.dirname(fileURLToPath(import.meta.url))
const root = path.join(here, '../..')
const update = process.argv.includes('--update')
const only = process.argv.slice(2).find(a => /^AD/.test(a))

const native = (inputs, ...options) => {
  const { stdout, stderr, status } = spawnSync(path.join(root, 'build/native/access-doctor'), options, { input: inputs.map(i => JSON.stringify(i)).join('\n'), maxBuffer: 2 ** 30 })
  assert.equal(status, 0, String(stderr))
  return stdout.toString().trimEnd().split('\n')
}
const { default: load } = await import(path.join(root, 'build/wasm/access-doctor-core.js'))
const wasm = await load({ wasmBinary: fs.readFileSync(path.join(root, 'build/wasm/access-doctor-core.wasm')) })
const valid = new Ajv({ allErrors: true }).compile(JSON.parse(fs.readFileSync(path.join(here, '../schema/report.schema.json'))))

const folders = fs.readdirSync(here).filter(d => fs.statSync(path.join(here, d)).isDirectory() && (!only || d === only))
const cases = folders.flatMap(d => fs.readdirSync(path.join(here, d)).filter(f => f.endsWith('.case')).map(f => read(path.join(here, d, f))))
const plain = native(cases.map(c => c.input))
const revealed = native(cases.map(c => c.input), '--reveal').map(line => JSON.parse(line))

// What must not be seen: values of credential keys of 8 characters and more, and of the variables that are set.
const secretsOf = input => [
  ...input.sources.flatMap(s => [...s.text.matchAll(/(?:_authToken|_auth|_password|token)\s*=\s*"?([^\s"$]{8,})/gi)].map(m => m[1])),
  ...Object.entries(input.environment).filter(([name]) => /token|auth|secret/i.test(name)).map(([, v]) => v).filter(v => v?.length >= 8)
].filter(s => s !== 'YOUR_TOKEN')

// Words in a token's place, what was masked before, and the time at the beginning of a ULID.
const noSecret = /^(?:process\.env\.\w+|\((?:protected|secret)\)|X+|#+\w+#+|01[0-9A-Z]{8}|insert-your-token|YOUR\w+=?|\w+_HERE|[%{<[*（‹].*)$|…|\[hidden\]/
const codes = report => [report.verdict.state, ...report.findings.map(({ code, role }) => `${role} ${code}`)]

const checks = {}
cases.forEach((c, i) => {
  const name = path.relative(here, c.file)
  const report = JSON.parse(plain[i])
  checks[`${name}: findings`] = () => {
    const mended = revealed[i].mended.filter(m => m.source !== null || m.text).map(m => ({ ...(m.source === null ? m : c.input.sources[m.source]), text: m.text }))
    if (update) {
      const head = fs.readFileSync(c.file, 'utf8').split(/^=== /m)[0]
      fs.writeFileSync(c.file, head + '=== ' + summary(report, c.input.sources) + '\n' + mended.map(show).join(''))
      return
    }
    assert.equal(summary(report, c.input.sources), c.expected)
    assert.deepEqual(mended.map(show), c.mended.map(show))
  }
  checks[`${name}: schema`] = () => {
    for (const r of [report, revealed[i]]) assert.ok(valid(r), JSON.stringify(valid.errors))
  }
  checks[`${name}: native and WebAssembly agree`] = () => {
    assert.equal(wasm.diagnose(c.input), plain[i])
    const { mended } = revealed[i]
    assert.deepEqual(JSON.parse(wasm.mend(c.input, report.preferred)), mended)
  }
  checks[`${name}: no secret`] = () => {
    for (const secret of secretsOf(c.input).filter(s => !noSecret.test(s))) assert.ok(!plain[i].includes(secret), `the report holds ${secret.slice(0, 4)}…`)
  }
  checks[`${name}: without its secrets`] = () => {
    const texts = wasm.withoutSecrets(c.input, c.input.sources.map(s => s.text))
    for (const secret of secretsOf(c.input).filter(s => !noSecret.test(s))) assert.ok(!texts.some(text => text.includes(secret)), `shared with ${secret.slice(0, 4)}…`)
    const values = Object.entries(c.input.environment), known = values.filter(([, value]) => value !== null)
    const instead = wasm.withoutSecrets(c.input, [c.input.log ?? '', c.input.command ?? '', ...known.map(([, value]) => value)])
    const environment = { ...c.input.environment, ...Object.fromEntries(known.map(([key], k) => [key, instead[k + 2]])) }
    const shared = { ...c.input, sources: c.input.sources.map((s, k) => ({ ...s, text: texts[k] })), environment, ...(c.input.log && { log: instead[0] }), ...(c.input.command && { command: instead[1] }) }
    assert.deepEqual(codes(JSON.parse(wasm.diagnose(shared))), codes(report))
  }
  checks[`${name}: mended is clean`] = () => {
    if (!revealed[i].mended.length) return
    const sources = c.input.sources.map((s, k) => ({ ...s, text: revealed[i].mended.find(m => m.source === k)?.text ?? s.text }))
    for (const m of revealed[i].mended) if (m.source === null) sources.push(m)
    const [again] = native([{ ...c.input, sources }], '--reveal').map(line => JSON.parse(line))
    const left = again.findings.filter(f => f.role === 'cause' && !f.alternative && f.fixes.some(x => x.kind === 'edit' || x.kind === 'file'))
    assert.deepEqual(left.map(f => f.code), [])
  }
  checks[`${name}: spans lie in the text`] = () => {
    for (const f of report.findings) {
      if (!f.at || !('start' in f.at)) continue
      const lines = c.input.sources[f.at.source].text.split(/\r\n|\r|\n/)
      for (const p of [f.at.start, f.at.end]) assert.ok(p.line <= lines.length && p.column <= lines[p.line - 1].length + 1, JSON.stringify(f.at))
    }
  }
})
// Each rule has its cases: at least five, half of them where it stays silent.
for (const { code } of JSON.parse(spawnSync(path.join(root, 'build/native/access-doctor'), ['--rules']).stdout)) {
  if (only && code !== only) continue
  checks[`${code} has its cases`] = () => {
    const own = cases.filter(c => path.basename(path.dirname(c.file)) === code)
    const fires = own.filter(c => new RegExp(`^(cause|risk|advice) ${code} `, 'm').test(c.expected)).length
    assert.ok(own.length >= 5 && fires >= 2 && own.length - fires >= 2, `${own.length} cases, ${fires} fire`)
  }
}
await run(checks)
