// Replays what the real clients were seen to send: the core must predict the same requests with the same headers.
//   node tests/observed/run.mjs [--show ID]
import { execFile } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
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
/** The reports of some inputs; one process goes through them all. */
function diagnose (inputs) {
  return new Promise((resolve, reject) => {
    const child = execFile(program, ['--reveal'], { maxBuffer: 2 ** 31 }, (error, stdout) => error ? reject(error) : resolve(stdout.trimEnd().split('\n').map(line => JSON.parse(line))))
    child.stdin.end(inputs.map(input => JSON.stringify(input)).join('\n'))
  })
}
const share = Math.ceil(runs.length / os.availableParallelism())
const shares = Array.from({ length: Math.ceil(runs.length / share) }, (_, i) => runs.slice(i * share, (i + 1) * share))
const reports = (await Promise.all(shares.map(some => diagnose(some.map(run => run.input))))).flat()

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
