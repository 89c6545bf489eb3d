// The page where things go badly: networks, tabs, clocks, and what other programs leave in a text.
import assert from 'node:assert/strict'
import { deflateRawSync } from 'node:zlib'
import { test } from 'node:test'
import { npmrc, saysSoon, served, withPage } from './page.mjs'

const { main } = served.registries
const { valid } = served.tokens
const text = npmrc(main, valid)
const failedLoad = [/Failed to load resource/]

test('on a network of 400 kbit/s with 400 ms there and back, what is typed meanwhile is kept and read', () =>
  withPage(
    async doctor => {
      await doctor.user.fill(text)
      await saysSoon(doctor.headline, /One moment|will send/)
      await doctor.state('sent', 60_000)
      assert.equal(await doctor.user.inputValue(), text)
    },
    {
      prepare: async page => {
        const session = await page.context().newCDPSession(page)
        await session.send('Network.enable')
        await session.send('Network.emulateNetworkConditions', { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 })
      }
    }
  ))

test('a network that is cut within a file: the page says so, and tries again', () => {
  let cut = true
  return withPage(
    async doctor => {
      await doctor.user.fill(text)
      await saysSoon(doctor.headline, /A part of this page did not arrive/)
      assert.equal(await doctor.user.inputValue(), text)
      cut = false
      await doctor.page.getByRole('button', { name: 'Try again' }).click()
      await doctor.state('sent')
    },
    {
      prepare: page =>
        page.route('**/*.wasm', async route => {
          const response = await route.fetch()
          const whole = await response.body()
          await route.fulfill({ response, body: cut ? whole.subarray(0, whole.length / 2) : whole })
        }),
      expectedErrors: failedLoad
    }
  )
})

test('without scripts it says what it needs', () =>
  withPage(async ({ page }) => assert.match((await page.locator('noscript').boundingBox())?.height ? await page.locator('noscript').innerText() : '', /needs JavaScript/), { context: { javaScriptEnabled: false } }))

test('three tabs, each with a text of its own', () =>
  withPage(async doctor => {
    const texts = [text, text.replace('registry=', 'registy='), '']
    const pages = [doctor.page, await doctor.page.context().newPage(), await doctor.page.context().newPage()]
    const user = page => page.getByRole('textbox', { name: 'User .npmrc', exact: true })
    for (const [index, page] of pages.entries()) {
      if (index) await page.goto(served.page)
      await user(page).fill(texts[index])
    }
    for (const [index, state] of ['sent', 'not-sent', null].entries()) {
      const region = pages[index].getByRole('region', { name: 'Diagnosis' })
      if (state) await pages[index].locator(`[data-state="${state}"]`).waitFor()
      else await saysSoon(region, /The verdict will stand here/)
      assert.equal(await user(pages[index]).inputValue(), texts[index])
    }
  }))

test('gone to another page and back', () =>
  withPage(
    async doctor => {
      await doctor.user.fill(text)
      await doctor.state('sent')
      await doctor.page.goto(`${served.page}clients.html`)
      await doctor.page.goBack()
      // As the browser likes: with all that was typed, or with none of it.
      const kept = await doctor.user.inputValue()
      assert.ok(kept === text || kept === '', kept)
      await doctor.user.fill(text)
      await doctor.state('sent')
    },
    { launch: ['--enable-features=BackForwardCache'] }
  ))

for (const year of [1970, 2099]) {
  test(`a clock that stands at ${year}`, () =>
    withPage(
      async doctor => {
        await doctor.version.fill('6.7.0')
        await doctor.user.fill(text)
        await doctor.state('sent')
        await doctor.checkButton.click()
        await doctor.state('accepted')
      },
      { prepare: page => page.clock.setFixedTime(new Date(`${year}-01-01T00:00:00Z`)) }
    ))
}

// What chat programs, PDF, terminals and word processors make of `registry=…`.
for (const [what, spoilt] of Object.entries({
  'characters without width': line => line.replace('registry', 'regi\u200bstry'),
  'a mark of direction': line => `\u200e${line}`,
  'a soft hyphen': line => line.replace('registry', 'regis\u00adtry'),
  'quotes that are curled': line => line.replace(/=(.*)\n/, '=“$1”\n'),
  'a terminal’s colours': line => `\u001b[32m${line.trimEnd()}\u001b[0m\n`
})) {
  test(`a paste with ${what}: the verdict names a cause, and its mend cures`, () =>
    withPage(async doctor => {
      await doctor.version.fill('10.9.9')
      const [registry, token] = text.split(/(?<=\n)/)
      await doctor.user.fill(spoilt(registry) + token)
      await doctor.state('not-sent')
      await doctor.mended('user').getByRole('button', { name: 'Put it into the box' }).click()
      await doctor.state('sent')
      assert.equal(await doctor.user.inputValue(), text)
    }))
}

for (const [what, spoilt] of Object.entries({
  'spaces that do not break': line => line.replace('=', '\u00a0=\u00a0'),
  'two byte-order marks': line => `\ufeff\ufeff${line}`,
  'the line ends of Windows': line => line.replace('\n', '\r\n')
})) {
  test(`a paste with ${what}, which npm does not mind`, () =>
    withPage(async doctor => {
      await doctor.version.fill('10.9.9')
      await doctor.user.fill(text.replace(/^.*\n/, spoilt))
      await doctor.state('sent')
      assert.equal(await doctor.mended('user').count(), 0)
    }))
}

test('files that are no text, or not in UTF-8', () =>
  withPage(async doctor => {
    await doctor.version.fill('10.9.9')
    const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le')
    const zip = Buffer.concat([Buffer.from('PK\x03\x04'), deflateRawSync(Buffer.from(text.repeat(100)))])
    const files = { '.npmrc': utf16, 'big-endian.npmrc': Buffer.from(utf16).swap16(), 'nul.npmrc': Buffer.from(`registry=${main}\0\0`), 'project.zip': zip }
    const chooser = doctor.page.waitForEvent('filechooser')
    await doctor.page.getByRole('button', { name: 'Add files' }).click()
    await (await chooser).setFiles(Object.entries(files).map(([name, buffer]) => ({ name, mimeType: '', buffer })))
    await saysSoon(
      doctor.page.locator('ul').filter({ hasText: /read as|left out/ }),
      /\.npmrc: read as your user \.npmrc\. It is UTF-16[^]*big-endian\.npmrc: [^]*UTF-16[^]*nul\.npmrc: left out, it is not a text[^]*project\.zip: left out, it is not a text/
    )
  }))
