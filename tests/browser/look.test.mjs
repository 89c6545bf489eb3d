import assert from 'node:assert/strict'
import { test } from 'node:test'
import { served, withPage } from './page.mjs'

const example = async doctor => {
  await doctor.page.getByRole('button', { name: 'Load an example' }).click()
  await doctor.state('not-sent')
  await doctor.checkButton.waitFor()
}
const overflow = () => document.documentElement.scrollWidth - document.documentElement.clientWidth
const luminance = color =>
  color
    .match(/[\d.]+/g)
    .slice(0, 3)
    .reduce((sum, channel) => sum + Number(channel), 0) / 3

test('at 1240 px', () =>
  withPage(async doctor => {
    await example(doctor)
    await doctor.screenshot('wide')
    assert.ok((await doctor.page.evaluate(overflow)) <= 0)
  }))

test('at 320 px nothing scrolls sideways, and targets are large', () =>
  withPage(
    async doctor => {
      await example(doctor)
      await doctor.screenshot('narrow')
      assert.ok((await doctor.page.evaluate(overflow)) <= 0)
      for (const button of await doctor.page.getByRole('button').all()) {
        const box = await button.boundingBox()
        const inText = await button.evaluate(element => getComputedStyle(element).borderStyle === 'none' && element.tagName === 'BUTTON')
        if (box && !inText) assert.ok(box.height >= 44, await button.innerText())
      }
    },
    { context: { viewport: { width: 320, height: 700 } } }
  ))

test('with text at 200 %', () =>
  withPage(
    async doctor => {
      await doctor.page.evaluate(() => document.documentElement.style.setProperty('font-size', '200%'))
      await example(doctor)
      await doctor.screenshot('large-text')
      assert.ok((await doctor.page.evaluate(overflow)) <= 0)
    },
    { context: { viewport: { width: 640, height: 900 } } }
  ))

test('in the dark', () =>
  withPage(
    async doctor => {
      await example(doctor)
      await doctor.screenshot('dark')
      const { background, color } = await doctor.headline.evaluate(heading => ({
        background: getComputedStyle(document.body).backgroundColor,
        color: getComputedStyle(heading).color
      }))
      assert.ok(luminance(background) < 60 && luminance(color) > 120, `${color} on ${background}`)
    },
    { context: { colorScheme: 'dark' } }
  ))

test('with forced colours', () =>
  withPage(
    async doctor => {
      await example(doctor)
      await doctor.screenshot('forced-colours')
    },
    { context: { forcedColors: 'active' } }
  ))

test('marks lie under the characters that they speak of, however long the text', () =>
  withPage(async doctor => {
    const filler = Array.from({ length: 60 }, (_, index) => `# line ${index} ${'long '.repeat(index)}`).join('\n')
    await doctor.version.fill('6.7.0')
    await doctor.user.fill(
      `${filler}\n${`registry=${served.registries.main}`.slice(0, -1)}\n//${served.registries.main.slice(7)}:_authToken=${served.tokens.valid}\n`
    )
    await doctor.state('not-sent')
    const heights = await doctor.user.evaluate(box => [box.scrollHeight - box.clientHeight, box.scrollWidth - box.clientWidth])
    assert.deepEqual(heights, [0, 0], 'the box is as large as its text, so that text and marks scroll as one')
    // Where the browser selects "registry=…"'s value, the mark must be.
    await doctor.diagnosis.getByRole('article').filter({ hasText: 'AD101' }).getByRole('button', { name: 'user .npmrc, line 61' }).click()
    const [selected, mark] = await doctor.user.evaluate(box => {
      const layer = box.parentElement
      const u = layer.querySelector('u.bad').getBoundingClientRect()
      const text = box.getBoundingClientRect()
      const style = getComputedStyle(box)
      const line = box.value.slice(0, box.selectionStart).split('\n').length
      return [
        {
          line,
          start: box.selectionStart - box.value.lastIndexOf('\n', box.selectionStart - 1) - 1,
          length: box.selectionEnd - box.selectionStart
        },
        {
          top: u.top - text.top - parseFloat(style.paddingTop),
          left: u.left - text.left - parseFloat(style.paddingLeft),
          width: u.width,
          size: parseFloat(style.fontSize),
          lineHeight: parseFloat(style.lineHeight)
        }
      ]
    })
    const character = mark.width / selected.length
    assert.equal(selected.line, 61)
    assert.ok(Math.abs(mark.left - selected.start * character) < 2, JSON.stringify({ selected, mark }))
    assert.ok(mark.top > 60 * mark.lineHeight - 1 && mark.top < 61 * mark.lineHeight, JSON.stringify(mark))
  }))

test('with the keyboard alone: from the first field to the copied file', () =>
  withPage(async doctor => {
    const { page } = doctor
    const registry = served.registries.main.slice(0, -1)
    const file = `registry=${registry}\n${registry.replace('http:', '')}/:_authToken=${served.tokens.valid}`
    const focused = () =>
      page.evaluate(() => {
        const element = document.querySelector('npm-access-doctor').shadowRoot.activeElement
        return element && (element.labels?.[0]?.innerText ?? element.innerText)
      })
    const tabTo = async name => {
      for (let presses = 0; presses < 60; presses++) {
        if ((await focused()) === name) return
        await page.keyboard.press('Tab')
      }
      assert.fail(`Tab does not lead to ${name}`)
    }
    await tabTo('Detect')
    await page.keyboard.press('ArrowRight')
    assert.ok(await doctor.client('npm').isChecked())
    await tabTo('npm --version')
    await page.keyboard.type('6.7.0')
    await tabTo('User .npmrc')
    await page.keyboard.type(file)
    await doctor.state('not-sent')
    await tabTo('Copy the mended user .npmrc')
    await page.keyboard.press('Enter')
    await doctor.diagnosis.getByText('✓ Copied').first().waitFor()
    assert.equal(await doctor.clipboard(), file.replace(registry, `${registry}/`))
    await tabTo(`Check the token with ${new URL(registry).host}`)
    await page.keyboard.press('Enter')
    await page.getByText('The token is valid').waitFor()
  }))

test('the commands that print a file are shown as they have to be typed', () =>
  withPage(async ({ page }) => {
    await page.getByText('Where it is, and how to print it').click()
    for (const command of ['Get-Content ~\\.npmrc', 'type "%USERPROFILE%\\.npmrc"', "sed -E 's/(_authToken|_auth|_password)=.*/\\1=***/' ~/.npmrc"]) {
      assert.ok(await page.getByText(command, { exact: true }).isVisible(), command)
    }
  }))

test('which clients would send it: the reader’s own and those of today first, all on request', () =>
  withPage(async doctor => {
    await example(doctor)
    const rows = () => doctor.diagnosis.getByRole('rowheader')
    const near = await rows().allInnerTexts()
    assert.ok(near.some(row => row.startsWith('npm 5.6.0')) && near.every(row => row.startsWith('npm') || row.endsWith('and later')), near.join())
    assert.deepEqual(['npm', 'yarn', 'pnpm', 'bun'].filter(name => !near.some(row => row.startsWith(`${name} `))), [])
    await doctor.diagnosis.getByText('All releases of all clients').click()
    assert.ok((await rows().count()) > near.length * 2)
  }))
