// The causes on Bytesafe's help page, with the clients themselves: where one hurts, the client is refused, the report names it, and what it
// advises cures; where it does not hurt, the client gets its package and the report finds no cause. Then random configurations: what is foretold is what is
// sent, and what is advised cures.
//   node tests/live/run.mjs [--runs N] [--seed S] [--with npm@8.1.0,pnpm@9.2.0] [--keep FILE]
// With any of these only random configurations are run; --keep writes each as a line of tests/observed would be.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { parseArgs } from 'node:util'
import { requestsOf } from '../observed/requests.mjs'
import { run } from '../suite.mjs'
import { install, runClient } from './client.mjs'
import { clients as lockfileClients, lockfileInputs, wanted } from './lockfiles.mjs'
import { openPool } from './pool.mjs'
import { agree, diagnose, predicted, reachable, unknown } from './predict.mjs'
import { dice, randomInput } from './random.mjs'
import { openRegistry } from './registry.mjs'
import { few, many } from './releases.mjs'
import { enterSandbox, sandboxed } from './sandbox.mjs'
import { shrink } from './shrink.mjs'

const { values: options } = parseArgs({ options: { runs: { type: 'string' }, seed: { type: 'string' }, with: { type: 'string' }, keep: { type: 'string' } } })
const alone = Object.keys(options).length > 0
const runs = Number(options.runs ?? 60), seed = Number(options.seed ?? 7)
const releases = options.with?.split(',') ?? (runs > 200 ? many : few)

const clients = ['npm 6.4.1', 'npm 6.14.18', 'npm 10.9.9', 'npm 12.2.0', 'yarn 1.22.22']
const npmOnly = clients.filter(client => client.startsWith('npm'))
if (!sandboxed) {
  for (const client of alone ? [] : [...clients, ...lockfileClients]) await install(...client.split(' '))
  for (const release of releases) await install(...release.split('@'))
}
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

/** yarn 1 ends well though a look-up was refused. */
const succeeded = ({ exit, requests }) => exit === 0 && requests.every(({ status }) => status < 400)

const causes = report => report.findings.filter(({ role, alternative }) => role === 'cause' && !alternative).map(({ code }) => code)

/** What the page's token check would find. */
async function check (registry) {
  const { status } = await fetch(`${registry}-/whoami`, { headers: { authorization: `Bearer ${revoked}` } })
  assert.equal(status, 401)
  return { registry, outcome: 'unauthorized', status }
}

/** The input after its person did what the report prefers: edits, a new token in the place made for it, a variable, another command or release. */
function mended (input, { preferred, findings, mended: texts }) {
  const fixes = findings.flatMap(finding => finding.fixes).filter(({ id }) => preferred.includes(id))
  const release = fixes.find(fix => fix.release)?.release.version
  const command = fixes.findLast(fix => fix.kind === 'command')?.commands.bash
  const withToken = text => text.replaceAll('YOUR_TOKEN', valid)
  const sources = input.sources.map((source, index) => ({ ...source, text: withToken(texts.find(each => each.source === index)?.text ?? source.text) }))
  const made = texts.filter(each => each.source === null).map(({ kind, layer, name, text }) => ({ kind, layer, name, text: withToken(text) }))
  const secretFor = name => input.sources.some(({ text }) => new RegExp(`npmAuthIdent.*\\$\\{${name}\\b`).test(text)) ? basic : valid
  const variables = fixes.flatMap(({ variable, commands }) => variable ? [[variable.name, variable.action === 'set' ? (/=(true)$/.exec(commands?.bash)?.[1] ?? secretFor(variable.name)) : null]] : [])
  return { ...input, client: release ?? input.client, command: command ?? input.command, sources: [...sources, ...made], environment: { ...input.environment, ...Object.fromEntries(variables) } }
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
      const report = await diagnose(input)
      assert.deepEqual([report.verdict.state, causes(report)], ['sent', []])
      return
    }
    assert.ok(before.requests.some(({ status }) => status === 401) && !succeeded(before), before.output)
    const report = await diagnose(checked ? { ...input, tokenCheck: await check(registry) } : input)
    assert.deepEqual([report.verdict.state, causes(report)], [checked ? 'refused' : 'not-sent', [cause]])
    // yarn 1 prints what the registry said, not its 401.
    if (/\b401\b|E401/.test(before.output)) assert.ok(causes(await diagnose({ ...input, log: before.output })).includes(cause), `not named after the client's own words: ${before.output}`)

    const after = mended(input, report)
    const result = await runClient(after, server)
    assert.ok(succeeded(result), `${JSON.stringify(after, null, 1)}\n${result.output}`)
    const healthy = await diagnose(after)
    assert.deepEqual([healthy.verdict.state, causes(healthy)], ['sent', []])
  } finally {
    server.close()
  }
}

const tally = new Map() // by client: runs, agreeing, not known
const pool = openPool()

/** What is wrong with a prediction; null where nothing is. */
async function differs (input) {
  const [{ observed, timedOut }, report] = await Promise.all([pool.observe(input), diagnose(input)])
  const [seen, said] = [requestsOf(observed.requests), predicted(report)]
  // How they differ, whatever the addresses: what is made smaller has to stay wrong in the same way.
  const shape = (one, other) => [...new Set(one.filter(each => !other.includes(each)).map(each => { const [purpose, method, , authorization] = JSON.parse(each); return `${method} ${purpose} ${authorization?.split(' ')[0]}` }))]
  const differ = !timedOut && !unknown(report) && !agree(seen, report) && JSON.stringify([shape(seen, said), shape(said, seen)])
  return { timedOut, observed, seen, said, report, differ }
}

/** The client has a manifest, the diagnosis only the lockfile. */
async function locked (input) {
  const [{ observed }, report] = await Promise.all([pool.observe({ ...input, packages: wanted }), diagnose(input)])
  assert.deepEqual(requestsOf(observed.requests), predicted(report))
}

const isPublic = url => /^https?:\/\/registry\.(npmjs\.(org|com)|yarnpkg\.com)\b/.test(url)
const isUsable = authorization => /^Bearer (?!(?:true|null|undefined)$)[\w.~+/-]+=*$/.test(authorization ?? '') || /^[^:]+:/.test(Buffer.from(/^Basic ((?:[A-Za-z0-9+/_-]{4})*(?:[A-Za-z0-9+/_-]{2}==|[A-Za-z0-9+/_-]{3}=)?)$/.exec(authorization)?.[1] ?? '', 'base64').toString('latin1'))

/** Whether the client ended well and sent something usable with whatever it asked for. */
function works ({ exit, requests }) {
  const asked = requests.filter(({ purpose }) => purpose !== 'other' && purpose !== 'ping')
  return exit === 0 && asked.length > 0 && asked.every(({ url, authorization }) => isUsable(authorization) && !isPublic(url))
}

/** Whether the report says itself that something is left that no mend cures: counted apart. */
const incurable = ({ verdict, findings }) => verdict.state === 'not-sent' && findings.some(({ role, alternative, fixes }) => role === 'cause' && !alternative && !fixes.length)

/** Whether the client, once its person did what the report prefers, sends a credential wherever one is wanted; null where nothing can be tried. */
async function cured (input, report) {
  if (report.verdict.state !== 'not-sent' || !report.preferred.length || incurable(report)) return null
  const after = mended(input, report)
  // Which address belongs into a variable that is set for it, only its person knows.
  const set = Object.keys(after.environment).filter(name => after.environment[name] === valid)
  if (set.some(name => input.sources.some(({ text }) => new RegExp(`egistry(Server)?["']?\\s*[=:]\\s*["']?\\$\\{${name}\\b`).test(text)))) return null
  const { requests } = await diagnose(after)
  if (!releases.includes(`${after.clientName}@${after.client.trim()}`) || !requests.every(({ url }) => reachable(url))) return null
  const { observed, output, timedOut } = await pool.observe(after)
  if (timedOut) return null
  const asked = observed.requests.filter(({ purpose }) => purpose !== 'other' && purpose !== 'ping')
  const worked = observed.exit === 0 && asked.every(({ url, authorization }) => authorization ? isUsable(authorization) : isPublic(url)) &&
    (asked.some(({ authorization }) => authorization) || !requests.some(({ authorization }) => authorization) || /\b(whoami|ping)\b/.test(after.command))
  return worked || `${JSON.stringify(input)}\nnot cured by ${report.preferred.join(' and ')}: ${JSON.stringify(after)}\nexit ${observed.exit} ${JSON.stringify(observed.requests)}\n${output}`
}

async function random (input) {
  const name = `${input.clientName}${input.clientName === 'yarn' ? ` ${parseInt(input.client) >= 2 ? '2-4' : '1'}` : ''}`
  const count = tally.get(name) ?? { runs: 0, agreeing: 0, mended: 0, cured: 0, working: 0, quiet: 0, unknown: 0, incurable: 0, tookTooLong: 0, unsteady: 0 }
  tally.set(name, count)
  const first = await differs(input)
  count.runs++
  if (options.keep && !first.timedOut) fs.appendFileSync(options.keep, JSON.stringify({ id: '', clients: [input.client.trim()], input: { ...input, client: undefined }, observed: first.observed }) + '\n')
  if (first.timedOut) return count.tookTooLong++
  if (unknown(first.report)) return count.unknown++
  if (!first.differ) {
    count.agreeing++
    if (works(first.observed)) {
      count.working++
      assert.deepEqual(causes(first.report), [], `a false alarm: ${JSON.stringify(input)}`)
      count.quiet++
    }
    const outcome = await cured(input, first.report)
    if (outcome !== null) count.mended++
    if (incurable(first.report)) count.incurable++
    if (outcome === true) count.cured++
    return assert.ok(outcome === null || outcome === true, outcome)
  }
  const smallest = await shrink(input, async candidate => (await differs(candidate)).differ === first.differ)
  const { seen, said, report, differ } = await differs(smallest)
  if (!differ) return count.unsteady++ // a client that crashed, or was slow, once
  assert.fail(`${JSON.stringify(smallest)}\nseen      ${seen.join('\n          ')}\npredicted ${said.join('\n          ')}${report.stopped ? `\nand that it stops: ${report.stopped.message}` : ''}`)
}

const pick = dice(seed)
const inputs = Array.from({ length: runs }, (_, i) => randomInput(seed * 1_000_003 + i, ...pick.pick(releases).split('@')))
await run({
  ...alone ? {} : Object.fromEntries(situations.flatMap(situation => (situation.clients ?? clients).map(client =>
    [`${situation.cause}, ${client}${situation.looksUp ? ', looking a package up' : ''}`, () => live(client, situation)]))),
  ...alone ? {} : Object.fromEntries(Object.entries(lockfileInputs).map(([what, input]) => [what, () => locked(input)])),
  ...Object.fromEntries(inputs.map((input, i) => [`random configuration ${i + 1} of seed ${seed}, ${input.clientName} ${input.client.trim()}`, () => random(input)]))
}, { atOnce: 2 })
pool.close()
for (const [name, { runs, agreeing, mended, cured, working, quiet, unknown, incurable, tookTooLong, unsteady }] of tally) {
  console.log(`${name}: ${agreeing} of ${runs - unknown - tookTooLong - unsteady} as predicted; ${cured} of ${mended} broken ones cured; no alarm on ${quiet} of ${working} working ones${incurable ? `; ${incurable} more of which the report says that no mend is known for all of it` : ''}${unknown ? `, ${unknown} not known` : ''}${tookTooLong ? `, ${tookTooLong} took too long` : ''}${unsteady ? `, ${unsteady} did otherwise when run again` : ''}`)
}
