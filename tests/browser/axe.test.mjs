// No violation of WCAG 2.2 AA that axe can find, in any state of the page and on the pages beside it, light and dark.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { served, withPage } from './page.mjs'
import { expectedErrors, ready, states } from './states.mjs'

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
async function violations(page) {
  await page.evaluate(axe)
  const found = await page.evaluate(values => window.axe.run(document, { runOnly: values, resultTypes: ['violations'] }), tags)
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target.flat().join(' ')} ${failureSummary.replace(/\s+/g, ' ')}`).join(' | ')}`)
}

for (const colorScheme of ['light', 'dark']) {
  for (const [name, reach] of Object.entries(states)) {
    test(`axe: ${name}, ${colorScheme}`, () =>
      withPage(
        async doctor => {
          await ready(doctor)
          await reach(doctor)
          assert.deepEqual(await violations(doctor.page), [])
        },
        { context: { colorScheme }, expectedErrors }
      ))
  }
  test(`axe: the pages beside it, ${colorScheme}`, () =>
    withPage(
      async ({ page }) => {
        for (const name of ['rules/index.html', 'rules/AD101.html', 'clients.html', ...fs.readdirSync(new URL('../../dist/docs', import.meta.url)).filter(file => file.endsWith('.html')).map(file => `docs/${file}`), 'embed.html']) {
          await page.goto(served.page + name)
          assert.deepEqual(await violations(page), [], name)
        }
      },
      { context: { colorScheme } }
    ))
}
