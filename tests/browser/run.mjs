// Serves the page and its registries as scripts/serve does, and runs the tests beside this file in Chromium.
// `run.mjs PATTERN` runs the tests whose names match; SHOTS names a folder for the screenshots.
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { withServed } from '../served.mjs'

const here = import.meta.dirname

await withServed(async (state, temp) => {
  const files = fs
    .readdirSync(here)
    .filter(name => name.endsWith('.test.mjs'))
    .map(name => path.join(here, name))
  process.env.SERVE_STATE = state
  process.env.SHOTS ??= path.join(temp, 'shots')
  const counts = { pass: 0, fail: 0 }
  const tests = run({ files, concurrency: 1, testNamePatterns: process.argv.slice(2) })
  for (const outcome of ['pass', 'fail'])
    tests.on(`test:${outcome}`, ({ skip }) => {
      if (skip === undefined) counts[outcome]++
    })
  tests.compose(new spec()).pipe(process.stdout)
  await once(tests, 'end')
  console.log(`${counts.pass} passed, ${counts.fail} failed`)
  process.exitCode = counts.fail ? 1 : 0
})
