// The static pages: one a rule, their index, and what each client sends.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { served, withPage } from './page.mjs'

const root = path.join(import.meta.dirname, '../..')
const dist = path.join(root, 'dist')
const codes = fs.readdirSync(path.join(root, 'core/rules')).flatMap(name => /^(AD\d{3})_/.exec(name)?.[1] ?? [])
const docs = fs.readdirSync(path.join(dist, 'docs')).filter(name => name.endsWith('.html')).map(name => `docs/${name}`)
const pages = ['rules/index.html', ...docs, 'clients.html', ...codes.map(code => `rules/${code}.html`)]

test('every rule has a page and an example, and every link of every page leads somewhere', () => {
  for (const page of pages) {
    const html = fs.readFileSync(path.join(dist, page), 'utf8')
    const links = [...html.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, href]) => href)
    assert.ok(links.length > 4, page)
    for (const href of links.filter(each => !/^https?:/.test(each))) {
      const [file, anchor] = href.split('#')
      const target = path.join(dist, path.dirname(page), file || path.basename(page))
      assert.ok(fs.existsSync(target), `${page} → ${href}`)
      if (anchor?.startsWith('example=')) assert.ok(fs.existsSync(path.join(dist, `rules/${anchor.slice(8)}.json`)), anchor)
      else if (anchor) assert.ok(fs.readFileSync(target, 'utf8').includes(`id="${anchor}"`), `${page} → ${href}`)
    }
  }
})

test('a rule’s page says what is wrong and how it is mended, and its example opens in the diagnosis', () =>
  withPage(async ({ page, ...doctor }) => {
    await page.goto(`${served.page}rules/AD101.html`)
    await page.getByRole('heading', { level: 1, name: /AD101 The registry URL has no slash at the end/ }).waitFor()
    await page.getByRole('link', { name: 'Open it in the diagnosis' }).click()
    await doctor.state('not-sent')
    await doctor.diagnosis.getByRole('link', { name: 'AD101' }).first().waitFor()
  }))

test('each example that opens in the diagnosis shows its finding there', () =>
  withPage(async ({ page, diagnosis }) => {
    const opening = codes.filter(code => fs.readFileSync(path.join(dist, `rules/${code}.html`), 'utf8').includes(`#example=${code}`))
    assert.ok(opening.length > codes.length * 0.9, `${opening.length} of ${codes.length}`)
    // One after the other in one tab, as links that somebody opens while it is open.
    for (const code of opening) {
      await page.evaluate(hash => (location.hash = hash), `example=${code}`)
      await diagnosis.getByRole('link', { name: code, exact: true }).first().waitFor()
    }
  }))

test('a finding’s code leads to its page', () =>
  withPage(async ({ page, user, version, state, diagnosis }) => {
    await version.fill('6.7.0')
    await user.fill('registry=https://acme.bytesafe.dev/r/main\n//acme.bytesafe.dev/r/main/:_authToken=01EPF8PPQ9WZQ5TADPCV8DPMG5\n')
    await state('not-sent')
    const opened = page.context().waitForEvent('page')
    await diagnosis.getByRole('link', { name: 'AD101', exact: true }).first().click()
    const other = await opened
    await other.getByRole('heading', { level: 1, name: /AD101/ }).waitFor()
  }))

test('the lists can be searched, and fit a phone', () =>
  withPage(
    async ({ page, screenshot }) => {
      await page.goto(`${served.page}rules/index.html`)
      assert.equal(await page.getByRole('listitem').count(), codes.length)
      await page.getByRole('searchbox').fill('slash')
      const left = await page.locator('.rules li:visible').count()
      assert.ok(left > 0 && left < codes.length)
      for (const name of ['rules/index.html', 'rules/AD101.html', 'clients.html']) {
        await page.goto(`${served.page}${name}`)
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), name)
        if (name === 'rules/AD101.html') await screenshot('rule-phone')
      }
      await page.getByRole('searchbox').fill('always-auth=true')
      assert.ok((await page.locator('tbody tr:visible').count()) > 0)
    },
    { context: { viewport: { width: 360, height: 740 }, colorScheme: 'dark' } }
  ))
