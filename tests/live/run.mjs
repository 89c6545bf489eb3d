// The causes on Bytesafe's help page, with the clients themselves: where one hurts, the client is refused, the report names it, and what it
// advises cures; where it does not hurt, the client gets its package and the report finds no cause.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { run } from '../suite.mjs'
import { install, runClient } from './client.mjs'
import { openRegistry } from './registry.mjs'
import { enterSandbox, sandboxed } from './sandbox.mjs'

const clients = ['npm 6.4.1', 'npm 6.14.18', 'npm 10.9.9', 'npm 12.2.0', 'yarn 1.22.22']
const npmOnly = clients.filter(client => client.startsWith('npm'))
if (!sandboxed) for (const client of clients) await install(...client.split(' '))
enterSandbox()

const valid = '01EPF8PPQ9WZQ5TADPCV8DPMG5', revoked = '01EPF8RQX26R2Q2ZCY28AP1JMH'
const basic = Buffer.from('bytesafe:secret').toString('base64')
const password = Buffer.from('secret').toString('base64')

// `file` is the user's .npmrc for a registry and its dart; `hurts` names the clients that get no package with it.
const situations = [
  { cause: 'AD101', hurts: ['npm 6.4.1', 'npm 6.14.18'], file: (registry, dart) => `registry=${registry.slice(0, -1)}\nalways-auth=true\n${dart}:_authToken=${valid}\n` },
  { cause: 'AD201', hurts: clients, file: registry => `registry=${registry}\nalways-auth=true\n` },
  { cause: 'AD301', hurts: ['yarn 1.22.22'], file: (registry, dart) => `registry=${registry}\n${dart}:_authToken=${valid}\n` },
  { cause: 'AD301', looksUp: true, hurts: ['npm 6.4.1', 'yarn 1.22.22'], file: (registry, dart) => `registry=${registry}\n${dart}:username=bytesafe\n${dart}:_password=${password}\n` },
  { cause: 'AD401', looksUp: true, clients: npmOnly, hurts: ['npm 6.4.1'], file: (registry, dart) => `registry=${registry}\n${dart}:_auth=${basic}\n` },
  { cause: 'AD701', checked: true, hurts: clients, file: (registry, dart) => `registry=${registry}\nalways-auth=true\n${dart}:_authToken=${revoked}\n` }
]

function diagnose (input) {
  const { status, stdout, stderr } = spawnSync(path.join(import.meta.dirname, '../../build/native/access-doctor'), ['--reveal'], { input: JSON.stringify(input), encoding: 'utf8' })
  assert.equal(status, 0, stderr)
  return JSON.parse(stdout)
}

/** yarn 1 ends well though a look-up was refused. */
const succeeded = ({ exit, requests }) => exit === 0 && requests.every(({ status }) => status < 400)

const causes = report => report.findings.filter(({ role, alternative }) => role === 'cause' && !alternative).map(({ code }) => code)

/** What the page's token check would find. */
async function check (registry) {
  const { status } = await fetch(`${registry}-/whoami`, { headers: { authorization: `Bearer ${revoked}` } })
  assert.equal(status, 401)
  return { registry, outcome: 'unauthorized', status }
}

/** The input after its person did what the report prefers: edits, a new token in the place made for it, another release. */
function mended (input, { preferred, findings, mended: texts }) {
  const fixes = findings.flatMap(finding => finding.fixes).filter(({ id }) => preferred.includes(id))
  const release = fixes.find(fix => fix.release)?.release.version
  const sources = input.sources.map((source, index) => ({ ...source, text: (texts.find(each => each.source === index)?.text ?? source.text).replace('YOUR_TOKEN', valid) }))
  return { ...input, client: release ?? input.client, sources }
}

async function live (client, { cause, looksUp, checked, hurts, file }) {
  const accepted = [`Bearer ${valid}`, `Basic ${basic}`]
  const server = await openRegistry({ accepts: authorization => accepted.includes(authorization) })
  try {
    const registry = `http://${server.host}/r/main/`
    const [clientName, version] = client.split(' ')
    const command = !looksUp ? `${clientName} install` : clientName === 'npm' ? 'npm view left-pad version' : 'yarn info left-pad version'
    const input = {
      clientName, client: version, command, environment: {}, packages: [{ name: 'left-pad', version: '1.0.0' }],
      sources: [{ kind: 'npmrc', layer: 'user', name: '~/.npmrc', text: file(registry, registry.slice('http:'.length)) }]
    }
    const before = await runClient(input, server)
    if (!hurts.includes(client)) {
      assert.ok(succeeded(before), before.output)
      const report = diagnose(input)
      assert.deepEqual([report.verdict.state, causes(report)], ['sent', []])
      return
    }
    assert.ok(before.requests.some(({ status }) => status === 401) && !succeeded(before), before.output)
    const report = diagnose(checked ? { ...input, tokenCheck: await check(registry) } : input)
    assert.deepEqual([report.verdict.state, causes(report)], [checked ? 'refused' : 'not-sent', [cause]])
    // yarn 1 prints what the registry said, not its 401.
    if (/\b401\b|E401/.test(before.output)) assert.ok(causes(diagnose({ ...input, log: before.output })).includes(cause), `not named after the client's own words: ${before.output}`)

    const after = mended(input, report)
    const result = await runClient(after, server)
    assert.ok(succeeded(result), `${JSON.stringify(after, null, 1)}\n${result.output}`)
    const healthy = diagnose(after)
    assert.deepEqual([healthy.verdict.state, causes(healthy)], ['sent', []])
  } finally {
    server.close()
  }
}

await run(Object.fromEntries(situations.flatMap(situation => (situation.clients ?? clients).map(client =>
  [`${situation.cause}, ${client}${situation.looksUp ? ', looking a package up' : ''}`, () => live(client, situation)]))), { atOnce: 2 })
