// The page as people use it: found by role and accessible name, watched for whatever it should not do.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { after, before } from 'node:test'
import { chromium } from 'playwright-core'

export const served = JSON.parse(fs.readFileSync(process.env.SERVE_STATE, 'utf8'))

const launch = (more = []) =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-features=AutofillServerCommunication', // it asks its maker what a page's boxes are for, without what stands in them
      ...more
    ]
  })

let browser
before(async () => {
  browser = await launch()
})
after(() => browser?.close())

export const registryLine = registry => `registry=${registry}\n`
export const tokenLine = (registry, token) => `${registry.replace(/^https?:/, '')}:_authToken=${token}\n`
export const npmrc = (registry, token) => registryLine(registry) + tokenLine(registry, token)

/** Opens the page, hands it to `use`, and holds it to what it promises whatever is done with it. */
export async function withPage(use, { context: options = {}, launch: flags, prepare, expectedErrors = [] } = {}) {
  const its = flags ? await launch(flags) : browser
  const context = await its.newContext({ viewport: { width: 1240, height: 900 }, permissions: ['clipboard-write'], ...options })
  try {
    const page = await context.newPage()
    const console_ = []
    const requests = []
    page.on('console', message => console_.push({ type: message.type(), text: message.text() }))
    page.on('pageerror', error => console_.push({ type: 'error', text: error.message }))
    page.on('request', request => requests.push({ method: request.method(), url: request.url() }))
    await page.addInitScript(() => {
      window.violations = []
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
        window.violations.push(`${violatedDirective} ${blockedURI}`)
      )
    })
    await prepare?.(page)
    await page.goto(served.page)
    await use(doctor(page, { requests, console: console_ }))
    const unexpected = text => !expectedErrors.some(pattern => pattern.test(text))
    assert.deepEqual(
      console_.filter(({ type, text }) => (type === 'error' || type === 'warning') && unexpected(text)),
      [],
      'console'
    )
    assert.deepEqual((await page.evaluate(() => window.violations ?? [])).filter(unexpected), [], 'policy violations')
  } finally {
    await context.close()
    if (flags) await its.close()
  }
}

function doctor(page, seen) {
  const box = name => page.getByRole('textbox', { name, exact: true })
  const diagnosis = page.getByRole('region', { name: 'Diagnosis' })
  return {
    page,
    ...seen,
    user: box('User .npmrc'),
    project: box('Project .npmrc'),
    version: box('npm --version'),
    failing: box('Failing command'),
    client: name => page.getByRole('group', { name: 'Client' }).getByRole('radio', { name, exact: true }),
    diagnosis,
    headline: diagnosis.getByRole('heading').first(),
    mended: layer => page.getByRole('region', { name: `Mended ${layer} .npmrc` }),
    tokenCheck: page.getByRole('region', { name: 'Token check' }),
    checkButton: page.getByRole('button', { name: /^Check the token/ }),
    state: (state, timeout) => waitForState(diagnosis, state, timeout),
    /** Pasted elsewhere, as people do: the page itself may not read the clipboard. */
    clipboard: async () => {
      const other = await page.context().newPage()
      await other.setContent('<textarea>')
      await other.getByRole('textbox').press('Control+V')
      const text = await other.getByRole('textbox').inputValue()
      await other.close()
      return text
    },
    /** What went to other places than the page's own. */
    elsewhere: () => seen.requests.filter(({ url }) => !url.startsWith(served.page)).map(({ method, url }) => `${method} ${url}`),
    screenshot: name => page.screenshot({ path: path.join(process.env.SHOTS, `${name}.png`), fullPage: true })
  }
}

async function waitForState(diagnosis, state, timeout = 10_000) {
  const end = Date.now() + timeout
  let last
  while (Date.now() < end) {
    last = await diagnosis.getAttribute('data-state')
    if (last === state) return
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  assert.equal(last, state, await diagnosis.innerText())
}

/** Waits until the text of a locator matches. */
export async function saysSoon(locator, pattern, timeout = 15_000) {
  const end = Date.now() + timeout
  let text = ''
  while (Date.now() < end) {
    text = (await locator.count()) ? await locator.first().innerText() : ''
    if (pattern.test(text)) return
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  assert.match(text, pattern)
}
