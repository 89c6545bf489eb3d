// What a screen reader reads, in its order, in each state of the page. UPDATE=1 writes it down anew.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { served, withPage } from './page.mjs'
import { expectedErrors, ready, states } from './states.mjs'

const folder = path.join(import.meta.dirname, 'reading-order')

/** Without what differs from run to run: ports, times, and tokens, also shortened and made up. */
const lasting = text =>
  Object.values(served.tokens)
    .flatMap(token => [token, `${token.slice(0, 8)}…${token.slice(-4)}`])
    .reduce((rest, token) => rest.replaceAll(token, 'TOKEN'), text)
    .replace(/\b01[0-9A-Z]{24}\b/g, 'MADE-UP')
    .replace(/(127\.0\.0\.1|localhost):\d+/g, 'HOST')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z|\d+ \w{3} \d{4}, \d\d:\d\d UTC/g, 'TIME')

for (const [name, reach] of Object.entries(states)) {
  test(`reading order: ${name}`, () =>
    withPage(
      async doctor => {
        await ready(doctor)
        await reach(doctor)
        // The live region speaks after a pause.
        await doctor.page.waitForTimeout(1500)
        const read = `${lasting(await doctor.page.locator('body').ariaSnapshot())}\n`
        const file = path.join(folder, `${name.replaceAll(/\W+/g, '-')}.yml`)
        if (process.env.UPDATE) fs.writeFileSync(file, read)
        assert.equal(read, fs.readFileSync(file, 'utf8'), file)
      },
      { expectedErrors }
    ))
}
