import fs from 'node:fs'
import path from 'node:path'
import { fold, read, unfold, write } from '../tests/observed/lines.mjs'
import { runsOf } from '../tests/observed/runs.mjs'
import { install, releases } from '../tests/live/client.mjs'
import { openPool } from '../tests/live/pool.mjs'

/** Runs all; `done` gets each as it is observed. */
async function observe (runs, done) {
  const pool = openPool()
  try {
    await Promise.all(runs.map(async run => done({ ...run, ...await pool.observe(run.input) })))
  } finally {
    pool.close()
  }
}

const fileOf = ({ clientName, client }) => path.join(import.meta.dirname, '../tests/observed', `${clientName === 'yarn' && parseInt(client) >= 2 ? 'yarn-berry' : clientName}.jsonl`)
const recorded = file => fs.existsSync(file) ? unfold(read(file)) : []
const parseRelease = text => {
  const [, name, version] = /^(npm|yarn|pnpm|bun)@(\d+\.\d+\.\d+)$/.exec(text) ?? []
  if (!name) throw new Error(`${text} is no release: npm@12.2.0 is one`)
  return [name, version]
}

async function record (only, names) {
  const runs = []
  for (const [name, version] of names.map(parseRelease)) {
    await install(name, version)
    runs.push(...runsOf(name, version).filter(({ id }) => !only || only.includes(id.replace('~aa', ''))))
  }
  const observed = [], begun = Date.now()
  await observe(runs, ({ id, input, observed: what, timedOut }) => {
    if (timedOut) console.error(`${id} ${input.clientName} ${input.client.trim()}: ${input.command}: took too long, not recorded`)
    else observed.push({ id, input, observed: what })
    if (observed.length % 50 === 0) console.error(`${observed.length} of ${runs.length} after ${Math.round((Date.now() - begun) / 1000)} s`)
  })
  const key = ({ id, input }) => [id, input.clientName, input.client, input.command].join('\n')
  const fresh = new Map(observed.map(run => [key(run), run]))
  for (const file of new Set(observed.map(({ input }) => fileOf(input)))) {
    // What was there keeps its place, so that the difference shows what changed.
    const kept = recorded(file).map(run => { const now = fresh.get(key(run)) ?? run; fresh.delete(key(run)); return now })
    const added = [...fresh.values()].filter(({ input }) => fileOf(input) === file)
    write(file, fold([...kept, ...added]))
  }
  console.log(`${observed.length} runs recorded`)
}

async function show (situation, release) {
  const [name, version] = parseRelease(release)
  await install(name, version)
  await observe(runsOf(name, version).filter(({ id }) => id === situation), ({ input, observed, output }) => {
    console.log(`$ ${input.command}`)
    for (const { method, url, authorization } of observed.requests) console.log(`  ${method} ${url}  ${authorization ?? '(no Authorization)'}`)
    console.log(`${output.trimEnd().replace(/^/gm, '  | ')}\n  exit ${observed.exit}`)
  })
}

/** What tells outcomes apart: who was asked what, with which header, and whether it ended well; not words, order or repeats. */
const outcome = ({ exit, requests }) => JSON.stringify([exit === 0, [...new Set(requests.map(({ purpose, method, url, authorization }) => [purpose, method, url.split('?')[0], authorization].join(' ')))].sort()])

/** The commands and situations in which a release does otherwise than the recorded one before it. Records nothing. */
async function diff (only, release) {
  const [name, version] = parseRelease(release)
  await install(name, version)
  const order = await releases(name)
  const earlier = order.slice(0, order.indexOf(version))
  const key = ({ id, input }) => `${id} ${input.command}`
  const before = new Map() // the latest earlier recording of each run
  for (const run of recorded(fileOf({ clientName: name, client: version }))) {
    const at = earlier.indexOf(run.input.client.trim())
    if (at >= 0 && at > (before.get(key(run))?.at ?? -1)) before.set(key(run), { at, observed: run.observed })
  }
  const runs = runsOf(name, version).filter(run => before.has(key(run)) && (!only || only.includes(run.id.replace('~aa', ''))))
  let changed = 0, unsure = 0
  await observe(runs, ({ timedOut, observed, ...run }) => {
    const { at, observed: then } = before.get(key(run))
    if (timedOut) unsure++, console.error(`${key(run)}: took too long`)
    else if (outcome(then) !== outcome(observed)) changed++, console.log(`${key(run)}\n  ${earlier[at]}  ${outcome(then)}\n  ${version}  ${outcome(observed)}`)
  })
  console.log(`${name} ${version}: ${runs.length} recorded runs tried again, ${changed} changed, ${unsure} took too long`)
}

async function bisect (situation, name) {
  const all = await releases(name)
  const seen = new Map() // version → command → outcome
  async function at (version) {
    if (!seen.has(version)) {
      await install(name, version)
      const commands = new Map()
      await observe(runsOf(name, version).filter(({ id }) => id === situation), ({ input, observed }) => commands.set(input.command, outcome(observed)))
      console.error(`${name} ${version} seen`)
      seen.set(version, commands)
    }
    return seen.get(version)
  }
  // The recorded releases are what is known to begin with.
  const anchors = new Set()
  for (const client of ['1', '2']) {
    for (const { id, input, observed } of recorded(fileOf({ clientName: name, client }))) {
      if (id !== situation) continue
      const version = input.client.trim()
      anchors.add(version)
      if (!seen.has(version)) seen.set(version, new Map())
      seen.get(version).set(input.command, outcome(observed))
    }
  }
  const known = all.filter(version => anchors.has(version))
  if (known.length < 2) throw new Error(`fewer than two recorded releases of ${name} in situation ${situation}: record the ends first`)
  const changes = []
  for (let i = 0; i + 1 < known.length; i++) {
    for (const command of (await at(known[i])).keys()) {
      if (!(await at(known[i + 1])).has(command)) continue
      let low = all.indexOf(known[i]), high = all.indexOf(known[i + 1])
      const before = (await at(all[low])).get(command), after = (await at(all[high])).get(command)
      if (before === after) continue
      // Between the two ends, halving finds one release whose predecessor did otherwise, though more than one may.
      while (high - low > 1) {
        const middle = (low + high) >> 1
        if ((await at(all[middle])).get(command) === before) low = middle
        else high = middle
      }
      changes.push({ command, from: all[low], to: all[high], before, after: (await at(all[high])).get(command) })
    }
  }
  for (const { command, from, to, before, after } of changes) console.log(`${command}: changes in ${to}\n  ${from}  ${before}\n  ${to}  ${after}`)
  if (!changes.length) console.log(`${name} does the same in situation ${situation} in all recorded releases, ${known[0]} to ${known.at(-1)}`)
}

const [command, ...rest] = process.argv.slice(2)
try {
  if (command === 'show' && rest.length === 2) await show(...rest)
  else if (command === 'bisect' && rest.length === 2) await bisect(...rest)
  else if (command === 'diff' && rest.length === 1) await diff(null, ...rest)
  else if (command === 'diff' && rest[0] === '--only' && rest.length === 3) await diff(rest[1].split(','), rest[2])
  else if (command === '--only' && rest.length > 1) await record(rest[0].split(','), rest.slice(1))
  else if (command?.includes('@')) await record(null, [command, ...rest])
  else throw new Error('say what to record: see the top of scripts/record')
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
