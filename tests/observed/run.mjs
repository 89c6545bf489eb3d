// Replays what the real clients were seen to send: the core must predict the same requests with the same headers.
//   node tests/observed/run.mjs [--show ID]
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { read, unfold } from './lines.mjs'
import { predictedOf, requestsOf } from './requests.mjs'

const here = path.dirname(fileURLToPath(import.meta.url))
const program = path.join(here, '../../build/native/access-doctor')
const show = process.argv.includes('--show') ? process.argv[process.argv.indexOf('--show') + 1] : null

// Situations not modelled yet, one a line: "client id". The suite fails if one of them agrees, or another does not.
const exceptions = new Set(fs.readFileSync(path.join(here, 'not-modelled.txt'), 'utf8').split('\n').filter(line => line && !line.startsWith('#')))

const runs = fs.readdirSync(here).filter(f => f.endsWith('.jsonl')).flatMap(f => unfold(read(path.join(here, f))))
const { stdout, stderr, status } = spawnSync(program, ['--reveal'], { input: runs.map(r => JSON.stringify(r.input)).join('\n'), maxBuffer: 2 ** 31 })
if (status !== 0) throw new Error(String(stderr))
const reports = stdout.toString().trimEnd().split('\n').map(line => JSON.parse(line))

const situations = new Map() // "client id" → { agreed, differing: [run, report] }
runs.forEach((run, i) => {
  const name = `${run.input.clientName} ${run.id}`
  if (!situations.has(name)) situations.set(name, { agreed: 0, differing: [] })
  const situation = situations.get(name)
  const same = JSON.stringify(predictedOf(reports[i].requests)) === JSON.stringify(requestsOf(run.observed.requests))
  if (same) situation.agreed++
  else situation.differing.push([run, reports[i]])
})

let passed = 0, failed = 0, agreed = 0
for (const [name, { agreed: n, differing }] of situations) {
  agreed += n
  const listed = exceptions.has(name)
  if (listed !== (differing.length > 0)) {
    failed++
    console.log(listed ? `${name}: agrees now, take it off the list` : `${name}: differs for ${[...new Set(differing.map(([r]) => r.input.client.trim() + ' ' + r.input.command.split(' ')[1]))].join(', ')}`)
  } else passed++
  if (show && (name === show || name.endsWith(' ' + show))) {
    for (const [run, report] of differing) {
      console.log(run.input.client.trim(), run.input.command, JSON.stringify(run.input.sources.map(s => s.text)), JSON.stringify(run.input.environment))
      console.log('  seen     ', ...requestsOf(run.observed.requests), 'exit', run.observed.exit)
      console.log('  predicted', ...predictedOf(report.requests), JSON.stringify(report.stopped))
    }
  }
}
console.log(`${agreed} of ${runs.length} recorded runs predicted, ${situations.size} situations`)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed ? 1 : 0
