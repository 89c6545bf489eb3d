// No violation of WCAG 2.2 AA that axe can find, in any state of the page and on the pages beside it, light and dark.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { npmrc, saysSoon, served, withPage } from './page.mjs'

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const { main, closed } = served.registries
const { valid, revoked } = served.tokens
const open = doctor => doctor.page.locator('npm-access-doctor').evaluate(element => element.shadowRoot.querySelectorAll('details').forEach(details => (details.open = true)))

async function check(doctor, registry, token) {
  await doctor.version.fill('10.9.9')
  await doctor.user.fill(npmrc(registry, token))
  await doctor.checkButton.click()
}

const states = {
  'nothing typed': () => {},
  'not sent, all unfolded': async doctor => {
    await doctor.version.fill('6.7.0')
    await doctor.user.fill(`registry=${main.slice(0, -1)}\n${main.slice(5)}:_authToken=${valid}\n`)
    await doctor.state('not-sent')
    await open(doctor)
    await doctor.diagnosis.getByRole('button', { name: 'Copy the link' }).waitFor()
  },
  'a question': async doctor => {
    await doctor.project.fill('registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n')
    await doctor.state('unknown')
  },
  accepted: async doctor => {
    await check(doctor, main, valid)
    await doctor.state('accepted')
  },
  refused: async doctor => {
    await check(doctor, main, revoked)
    await doctor.state('refused')
  },
  'closed to browsers': async doctor => {
    await check(doctor, closed, valid)
    await saysSoon(doctor.tokenCheck, /may not ask/)
    await open(doctor)
  },
  'a warning before http': async doctor => {
    await check(doctor, 'http://registry.example/r/main/', valid)
    await saysSoon(doctor.tokenCheck, /could read the token/)
  },
  'added files': async doctor => {
    const chooser = doctor.page.waitForEvent('filechooser')
    await doctor.page.getByRole('button', { name: 'Add files' }).click()
    await (await chooser).setFiles([
      { name: '.yarnrc.yml', mimeType: 'text/yaml', buffer: Buffer.from('npmRegistryServer: https://acme.bytesafe.dev/r/main/\n') },
      { name: 'photo.png', mimeType: 'image/png', buffer: Buffer.from([0x89, 0x50, 0, 0]) }
    ])
    await doctor.page.getByText(/photo\.png/).first().waitFor()
  }
}

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
          await doctor.page.getByRole('button', { name: 'Load an example' }).and(doctor.page.locator(':enabled')).waitFor()
          await reach(doctor)
          assert.deepEqual(await violations(doctor.page), [])
        },
        { context: { colorScheme }, expectedErrors: [/Failed to load resource/, /CORS policy/] }
      ))
  }
  test(`axe: the pages beside it, ${colorScheme}`, () =>
    withPage(
      async ({ page }) => {
        for (const name of ['rules/index.html', 'rules/AD101.html', 'clients.html', ...fs.readdirSync(new URL('../../dist/docs', import.meta.url)).map(file => `docs/${file}`), 'embed.html']) {
          await page.goto(served.page + name)
          assert.deepEqual(await violations(page), [], name)
        }
      },
      { context: { colorScheme } }
    ))
}
