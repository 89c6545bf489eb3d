// The main path, from a paste to the mended file and the registry's answer, in Firefox and WebKit as Debian has them.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import puppeteer from 'puppeteer-core'
import { withServed } from '../served.mjs'
import { run } from '../suite.mjs'

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'access-doctor-browsers-'))
const env = { ...process.env, HOME: home, MOZ_HEADLESS: '1' }

/** What is done in the page, as a script there: the same in each browser. `args` come as JSON. */
const inPage = {
  fill: (field, text) => {
    const box = document.querySelector('npm-access-doctor').shadowRoot.querySelector(`#${field}`)
    box.value = text
    box.dispatchEvent(new Event('input', { bubbles: true }))
  },
  state: () => document.querySelector('npm-access-doctor').shadowRoot.querySelector('[aria-label=Diagnosis]')?.dataset.state ?? '',
  text: label => document.querySelector('npm-access-doctor').shadowRoot.querySelector(`[aria-label="${label}"]`)?.textContent.replace(/\s+/g, ' ') ?? '',
  button: label => [...document.querySelector('npm-access-doctor').shadowRoot.querySelectorAll('button')].find(each => each.textContent.trim().startsWith(label)),
  ready: () => Boolean(document.querySelector('npm-access-doctor')?.shadowRoot?.querySelector('#user'))
}

async function firefox () {
  const browser = await puppeteer.launch({ browser: 'firefox', executablePath: '/usr/bin/firefox-esr', headless: true, env })
  const page = await browser.newPage()
  return {
    open: url => page.goto(url),
    call: (name, ...args) => page.evaluate(inPage[name], ...args),
    press: async label => (await page.evaluateHandle(inPage.button, label)).click(),
    close: () => browser.close()
  }
}

/** WebDriver, by hand: of it a handful of commands is used. */
async function webkit () {
  const port = 20_000 + (process.pid % 20_000)
  const driver = spawn('xvfb-run', ['-a', 'WebKitWebDriver', `--port=${port}`], { env: { ...env, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' }, stdio: 'ignore', detached: true })
  const ask = async (method, address, body) => {
    const response = await fetch(`http://127.0.0.1:${port}${address}`, { method, ...(body && { body: JSON.stringify(body) }) })
    const { value } = await response.json()
    if (!response.ok) throw new Error(`${value.error}: ${value.message}`)
    return value
  }
  const browserOptions = { binary: fs.globSync?.('/usr/lib/*/webkit2gtk-4.*/MiniBrowser')[0] ?? `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/webkit2gtk-4.1/MiniBrowser`, args: ['--automation'] }
  let session
  for (let tries = 0; !session; tries++) {
    await sleep(200)
    session = await ask('POST', '/session', { capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': browserOptions } } }).catch(error => {
      if (tries > 50) throw error
    })
  }
  const at = `/session/${session.sessionId}`
  const script = (code, args) => ask('POST', `${at}/execute/sync`, { script: code, args })
  return {
    open: url => ask('POST', `${at}/url`, { url }),
    call: (name, ...args) => script(`return (${inPage[name]})(...arguments)`, args),
    press: async label => {
      const element = await script(`return (${inPage.button})(...arguments)`, [label])
      await ask('POST', `${at}/element/${Object.values(element)[0]}/click`, {})
    },
    close: async () => {
      await ask('DELETE', at).catch(() => {})
      process.kill(-driver.pid)
    }
  }
}

const patience = 15_000
const soon = promise => Promise.race([promise, sleep(patience).then(() => { throw new Error('the browser does not answer') })])

async function until (what, get, pattern) {
  let seen
  for (const end = Date.now() + patience; Date.now() < end; await sleep(100)) {
    seen = await soon(get())
    if (pattern.test(seen)) return
  }
  assert.match(String(seen), pattern, what)
}

try {
  await withServed(async stateFile => {
    const served = JSON.parse(fs.readFileSync(stateFile, 'utf8'))
    const { main, quiet, closed } = served.registries
    const { valid, revoked } = served.tokens
    const { host } = new URL(main)
    const npmrc = (registry, token) => `registry=${registry}\n${registry.replace(/^http:/, '')}:_authToken=${token}\n`
    const checks = {}
    for (const [name, launch] of Object.entries({ Firefox: firefox, WebKit: webkit })) {
      let browser
      const fresh = async () => {
        browser ??= await launch()
        await browser.open('about:blank')
        await browser.open(served.page)
        await until('the page', () => browser.call('ready'), /true/)
      }
      const asks = async (registry, token, words, state) => {
        await fresh()
        await browser.call('fill', 'version', '10.9.9')
        await browser.call('fill', 'user', npmrc(registry, token))
        await until('sent', () => browser.call('state'), /^sent$/)
        await until('the button', () => browser.call('text', 'Token check'), /Check the token with/)
        await soon(browser.press(`Check the token with ${host}`))
        await until('the answer', () => browser.call('text', 'Token check'), words)
        await until('the verdict', () => browser.call('state'), state)
      }
      checks[`${name}: from a paste to the mended file`] = async () => {
        await fresh()
        await browser.call('fill', 'version', '6.7.0')
        await browser.call('fill', 'user', npmrc('https://acme.bytesafe.dev/r/main', '01EPF8PPQ9WZQ5TADPCV8DPMG5').replace('main:', 'main/:'))
        await until('the verdict', () => browser.call('state'), /^not-sent$/)
        await until('the mended file', () => browser.call('text', 'Mended user .npmrc'), /registry=https:\/\/acme\.bytesafe\.dev\/r\/main\//)
      }
      checks[`${name}: a token that is valid`] = () => asks(main, valid, /The token is valid/, /^accepted$/)
      checks[`${name}: a token that is not`] = () => asks(main, revoked, /The token is not valid/, /^refused$/)
      checks[`${name}: one that whoami leaves open`] = () => asks(quiet, revoked, /The token is not valid/, /^refused$/)
      checks[`${name}: a registry closed to browsers`] = () => asks(closed, valid, /The browser may not ask this registry/, /^sent$/)
      checks[`${name}: a registry that is down`] = async () => {
        await fresh()
        await browser.call('fill', 'version', '10.9.9')
        await browser.call('fill', 'user', npmrc('http://127.0.0.1:9/r/main/', valid))
        await until('the button', () => browser.call('text', 'Token check'), /Check the token with/)
        await soon(browser.press('Check the token with 127.0.0.1:9'))
        await until('the answer', () => browser.call('text', 'Token check'), /cannot be reached|may not ask/)
        await browser.close()
        browser = undefined
      }
    }
    await run(checks)
  })
} finally {
  fs.rmSync(home, { recursive: true, force: true, maxRetries: 3 })
}
