import assert from 'node:assert/strict'
import { test } from 'node:test'
import { npmrc, saysSoon, served, withPage } from './page.mjs'

const text = npmrc(served.registries.main, served.tokens.valid)
const core = /access-doctor-core-\w+\.js$/
const wasm = '**/access-doctor-core-*.wasm'
const withPolicy = change => async page => {
  await page.route(served.page, async route => {
    const response = await route.fetch()
    const headers = response.headers()
    headers['content-security-policy'] = change(headers['content-security-policy'])
    await route.fulfill({ response, headers })
  })
}

test('a policy that forbids WebAssembly: the page says so and keeps the text', () =>
  withPage(
    async doctor => {
      await doctor.user.fill(text)
      await saysSoon(doctor.headline, /A policy keeps the diagnosis from running/)
      assert.equal(await doctor.user.inputValue(), text)
    },
    {
      prepare: withPolicy(policy => policy.replace(" 'wasm-unsafe-eval'", '')),
      expectedErrors: [/script-src wasm-eval/, /script-src/, /WebAssembly/]
    }
  ))

test('a browser without WebAssembly: the page says so', () =>
  withPage(
    async doctor => {
      await saysSoon(doctor.headline, /This browser cannot run the diagnosis/)
    },
    {
      prepare: page =>
        page.addInitScript(() => {
          delete globalThis.WebAssembly
        })
    }
  ))

test('a part that does not arrive: the page says so, and tries again', () => {
  let broken = true
  return withPage(
    async doctor => {
      await doctor.user.fill(text)
      await saysSoon(doctor.headline, /A part of this page did not arrive/)
      broken = false
      await doctor.page.getByRole('button', { name: 'Try again' }).click()
      await doctor.state('sent')
      assert.equal(await doctor.user.inputValue(), text)
    },
    {
      prepare: page => page.route(wasm, route => (broken ? route.abort() : route.continue())),
      expectedErrors: [/Failed to load resource/]
    }
  )
})

test('typing works while the WebAssembly is still loading', () => {
  let release
  const held = new Promise(resolve => {
    release = resolve
  })
  return withPage(
    async doctor => {
      await doctor.user.pressSequentially('registry=')
      await saysSoon(doctor.headline, /One moment/)
      await doctor.user.fill(text)
      release()
      await doctor.state('sent')
    },
    {
      prepare: page =>
        page.route(wasm, async route => {
          await held
          await route.continue()
        })
    }
  )
})

/** The core, but for what it does with these texts. */
const withCore = statement => page =>
  page.route(core, route =>
    route.fulfill({
      contentType: 'text/javascript',
      body: `import make from '${route.request().url()}?real';
      export default async (options) => {
        const module = await make(options);
        const diagnose = (input) => {
          const text = JSON.stringify(input);
          ${statement}
          return module.diagnose(input);
        };
        return { ...module, diagnose };
      };`
    })
  )
const trap = "if (text.includes('# fault')) throw new WebAssembly.RuntimeError('unreachable');"

test('a fault in the WebAssembly: the text stays, and the diagnosis starts afresh', () =>
  withPage(
    async doctor => {
      await doctor.user.fill(`# fault\n${text}`)
      await saysSoon(doctor.headline, /The diagnosis stopped at this text/)
      assert.equal(await doctor.user.inputValue(), `# fault\n${text}`)
      await doctor.user.fill(text)
      await doctor.state('sent')
    },
    { prepare: withCore(trap) }
  ))

const long = first => first + 'npm ERR! 401 Unauthorized\n'.repeat(200)

test('a long text with a fault: the others are read without it', () =>
  withPage(
    async doctor => {
      await doctor.user.fill(text)
      await doctor.failing.fill(long('# fault\n'))
      await saysSoon(doctor.headline, /The diagnosis stopped at this text/)
      await doctor.page.getByRole('button', { name: 'Read it without “Failing command”' }).click()
      await doctor.state('sent')
    },
    { prepare: withCore(trap) }
  ))

test('a text that never comes to an end: the page stays free, says so, keeps it and reads the others', () =>
  withPage(
    async doctor => {
      await doctor.user.fill(text)
      await doctor.state('sent')
      await doctor.failing.fill(long('# endless\n'))
      await saysSoon(doctor.headline, /One moment/)
      await saysSoon(doctor.headline, /This text takes too long to read/)
      assert.equal(await doctor.failing.inputValue(), long('# endless\n'))
      assert.equal(await doctor.user.inputValue(), text)
      await doctor.page.getByRole('button', { name: 'Read it without “Failing command”' }).click()
      await doctor.state('sent')
      await saysSoon(doctor.diagnosis, /Read without “Failing command”/)
      await doctor.failing.fill(long(''))
      await saysSoon(doctor.diagnosis, /AD701/)
      assert.doesNotMatch(await doctor.diagnosis.innerText(), /Read without/)
    },
    { prepare: withCore("if (text.includes('# endless')) for (;;);") }
  ))

test('a paste of 20,000 lines: the page says that it is none of its files, keeps it, and goes on', () =>
  withPage(async doctor => {
    // Not typed: of so much text a browser's own text box alone is busy for minutes.
    const put = (box, value) =>
      box.evaluate((element, given) => {
        element.value = given
        element.dispatchEvent(new Event('input', { bubbles: true }))
      }, value)
    const lines = '//acme.bytesafe.dev/r/main/:_authToken=abcdefgh\n'.repeat(20_000)
    await put(doctor.user, lines)
    await saysSoon(doctor.headline, /Your user \.npmrc is too long to be one/)
    assert.equal((await doctor.user.inputValue()).length, lines.length)
    await put(doctor.failing, 'npm ERR! 401 Unauthorized\n'.repeat(20_000) + 'x'.repeat(1_000_000))
    await put(doctor.user, text)
    await doctor.state('sent')
  }))
