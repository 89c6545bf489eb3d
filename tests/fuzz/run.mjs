// Fuzzes the whole core and its early stages under the sanitizers, from the cases and whatever was kept of earlier runs: for a minute between
// them, or as long as told.
//   scripts/test fuzz --minutes 120
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { read } from '../cases/case.mjs'

const here = import.meta.dirname
const root = path.join(here, '../..')
const kept = path.join(root, '.cache/fuzz')
const cases = path.join(here, '../cases')
const at = process.argv.indexOf('--minutes')
const minutes = at > 0 ? Number(process.argv[at + 1]) : 1

const letters = { npmrc: 'n', yarnrc: 'y', 'yarnrc-yml': 'b', bunfig: 't', 'pnpm-workspace': 'w', 'package-json': 'p', 'npm-config-list': 'c', lockfile: 'l', workflow: 'g', log: 'o', auto: 'a' }
const layers = { user: 'u', project: 'p', global: 'g', builtin: 'b' }
/** The stages of tests/fuzz/stages.cpp that a text of this kind is for, besides those for any. */
const stages = { npmrc: 'nd', yarnrc: 'y', 'yarnrc-yml': 'b', bunfig: 't', 'pnpm-workspace': 'b', 'package-json': 'p', 'npm-config-list': 'c', lockfile: 'lp', workflow: 'gs', log: 'o' }

/** The cases, as tests/fuzz/whole.cpp reads them and as tests/fuzz/stages.cpp does. */
fs.mkdirSync(kept, { recursive: true })
const temp = fs.mkdtempSync(path.join(os.tmpdir(), 'access-doctor-fuzz-'))
const seeds = { whole: new Set(), stages: new Set() }
for (const code of fs.readdirSync(cases).filter(name => /^AD\d/.test(name))) {
  for (const name of fs.readdirSync(path.join(cases, code))) {
    const { input: { client = '', command = '', log = '', sources } } = read(path.join(cases, code, name))
    seeds.whole.add([client, command, log, ...sources.map(({ kind, layer, text }) => letters[kind] + layers[layer] + text)].join('\0'))
    for (const seed of [`v${client}`, `x${command}`, `s${command}`, `o${log}`]) seeds.stages.add(seed)
    for (const { kind, text } of sources) for (const stage of `${stages[kind] ?? ''}ek`) seeds.stages.add(stage + text)
    for (const [url] of JSON.stringify(sources).matchAll(/https?:[^\s"\\]+/g)) seeds.stages.add(`u${url}`)
  }
}
for (const [target, texts] of Object.entries(seeds)) {
  fs.mkdirSync(path.join(temp, target))
  for (const [index, text] of [...texts].entries()) fs.writeFileSync(path.join(temp, target, `${index}`), text)
}
// Its choice by rare features costs more than an execution does.
const common = ['-entropic=0', '-timeout=10', '-rss_limit_mb=3000', `-dict=${path.join(here, 'npmrc.dict')}`]
let passed = 0, failed = 0

async function fuzz (target, args) {
  const child = spawn(path.join(root, `build/sanitize/fuzz-${target}`), [...common, `-artifact_prefix=${kept}/${target}-`, ...args], { stdio: ['ignore', 'inherit', 'pipe'] })
  let said = ''
  child.stderr.on('data', data => { said = (said + data).slice(-20_000) })
  const [status] = await once(child, 'close')
  if (status) failed++, console.log(`FAILED\n${said}`)
  else passed++
  return said
}

for (const target of Object.keys(seeds)) {
  // What was found before comes first: each finding is a file here.
  const findings = path.join(here, 'findings', target)
  const known = fs.existsSync(findings) ? fs.readdirSync(findings).map(name => path.join(findings, name)) : []
  // One of them takes five seconds under the sanitizers, and longer where others use the machine.
  if (known.length) await fuzz(target, ['-timeout=25', ...known])
  const corpus = path.join(kept, 'corpus', target)
  fs.mkdirSync(corpus, { recursive: true })
  const seconds = Math.max(1, Math.round(minutes * 60 / Object.keys(seeds).length))
  const said = await fuzz(target, [corpus, path.join(temp, target), `-max_total_time=${seconds}`, '-max_len=4096', '-print_final_stats=1'])
  const runs = Number(/stat::number_of_executed_units: (\d+)/.exec(said)?.[1] ?? 0)
  console.log(`${target}: ${runs} executions in ${seconds} s, ${Math.round(runs / seconds)} a second; ${known.length} earlier findings tried again`)
  if (!runs) failed++
}
fs.rmSync(temp, { recursive: true })
console.log(`${passed} passed, ${failed} failed`)
if (failed) process.exitCode = 1
