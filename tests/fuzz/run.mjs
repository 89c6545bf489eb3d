// Fuzzes the whole core under the sanitizers, from the cases and whatever was kept of earlier runs: for a minute, or as long as told.
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
const at = process.argv.indexOf('--minutes')
const minutes = at > 0 ? Number(process.argv[at + 1]) : 1

const letters = { npmrc: 'n', yarnrc: 'y', 'yarnrc-yml': 'b', bunfig: 't', 'pnpm-workspace': 'w', 'package-json': 'p', 'npm-config-list': 'c', lockfile: 'l', workflow: 'g', log: 'o' }
const layers = { user: 'u', project: 'p', global: 'g', builtin: 'b' }

/** The cases, as tests/fuzz/whole.cpp reads them. */
fs.mkdirSync(kept, { recursive: true })
const cases = path.join(here, '../cases')
const seeds = fs.mkdtempSync(path.join(os.tmpdir(), 'access-doctor-fuzz-'))
for (const code of fs.readdirSync(cases).filter(name => /^AD\d/.test(name))) {
  for (const name of fs.readdirSync(path.join(cases, code))) {
    const { input } = read(path.join(cases, code, name))
    const sources = input.sources.map(({ kind, layer, text }) => letters[kind] + layers[layer] + text)
    fs.writeFileSync(path.join(seeds, `${code}-${name}`), [input.client ?? '', input.command ?? '', input.log ?? '', ...sources].join('\0'))
  }
}
// What was found before comes first: each finding is a file here.
const findings = path.join(here, 'findings')
const known = fs.existsSync(findings) ? fs.readdirSync(findings).map(name => path.join(findings, name)) : []
const fuzzer = path.join(root, 'build/sanitize/fuzz-whole')
const common = ['-timeout=10', '-rss_limit_mb=3000', `-artifact_prefix=${kept}/`]
let failed = 0

async function fuzz (args) {
  const child = spawn(fuzzer, [...common, ...args], { stdio: ['ignore', 'inherit', 'pipe'] })
  let said = ''
  child.stderr.on('data', data => { said = (said + data).slice(-20_000) })
  const [status] = await once(child, 'close')
  if (status) failed++, console.log(`FAILED\n${said}`)
  return said
}

if (known.length) await fuzz(known)
const corpus = path.join(kept, 'corpus')
fs.mkdirSync(corpus, { recursive: true })
const said = await fuzz([corpus, seeds, `-max_total_time=${Math.round(minutes * 60)}`, '-max_len=4096', `-dict=${path.join(here, 'npmrc.dict')}`, '-print_final_stats=1'])
fs.rmSync(seeds, { recursive: true })
const runs = Number(/stat::number_of_executed_units: (\d+)/.exec(said)?.[1] ?? 0)
console.log(`${runs} executions in ${minutes} min, ${known.length} earlier findings tried again`)
if (!runs) failed++
console.log(`${failed ? 0 : 1 + known.length} passed, ${failed} failed`)
if (failed) process.exitCode = 1
