// What clients printed when a registry refused, recorded with the real ones (recorded.jsonl): of each, the status and the request
// that failed are read right, or not at all where the text does not tell them (untold.json). The same with what a terminal or a
// CI puts around it.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { run } from '../suite.mjs'

const here = import.meta.dirname
const recorded = fs.readFileSync(path.join(here, 'recorded.jsonl'), 'utf8').trimEnd().split('\n').map(line => JSON.parse(line))
const untold = JSON.parse(fs.readFileSync(path.join(here, 'untold.json'), 'utf8'))

const eachLine = prefix => text => text.split('\n').map((line, i) => prefix(i) + line).join('\n')
const surroundings = {
  'as printed': text => text,
  'with CR LF': text => text.replaceAll('\n', '\r\n'),
  'in colours': text => text.replace(/^(npm )(ERR!|error)/gm, '\x1b[0m\x1b[37;40mnpm\x1b[0m \x1b[0m\x1b[31;40m$2\x1b[0m').replace(/^(.+)$/gm, '\x1b[31m$1\x1b[39m'),
  'with the time stamps of GitHub Actions': eachLine(i => `2026-11-24T13:47:48.${String(4010000 + i)}Z `),
  'with the time stamps and streams of GitLab': eachLine(i => `2026-11-24T13:47:48.${String(401000 + i)}Z 01${i % 2 ? 'E' : 'O'} `),
  'with the times of docker build': eachLine(i => `#12 ${i}.401 `),
  'behind what else a build prints': text => `Run actions/checkout@v4\nSyncing repository: acme/app\nadded 401 packages in 404ms\n${text}\nError: Process completed with exit code 1.\n`
}

const program = path.join(here, '../../build/native/access-doctor')
function logsOf (change) {
  const inputs = recorded.map(({ client, text }) => JSON.stringify({ client, sources: [], log: change(text) }))
  const { stdout, status } = spawnSync(program, [], { input: inputs.join('\n'), maxBuffer: 2 ** 30 })
  assert.equal(status, 0)
  return stdout.toString().trimEnd().split('\n').map(line => JSON.parse(line).log ?? { status: null, purpose: null })
}

const checks = {}
for (const [surrounding, change] of Object.entries(surroundings)) {
  const logs = logsOf(change)
  recorded.forEach(({ client, situation, requests }, i) => {
    checks[`${client} ${situation} ${surrounding}`] = () => {
      const failed = requests.filter(r => r.status >= 400)
      const { status, purpose } = logs[i]
      if (!failed.length) return assert.equal(status, null)
      const may = what => (untold[what][situation] ?? []).includes(client) ? [null] : []
      assert.ok([...failed.map(r => r.status), ...may('status')].includes(status), `status ${status}, was ${failed[0].status}`)
      assert.ok([...failed.map(r => r.purpose), ...may('purpose')].includes(purpose), `${purpose}, was ${failed[0].purpose}`)
    }
  })
}
await run(checks)
