// When what is on the screen, on a network of 400 kbit/s with 400 ms there and back: the first visit and the second.
import fs from 'node:fs'
import { chromium } from 'playwright-core'
import { withServed } from '../served.mjs'

const text = 'registry=https://acme.bytesafe.dev/r/main\n//acme.bytesafe.dev/r/main/:_authToken=01EPF8PPQ9WZQ5TADPCV8DPMG5\n'

await withServed(async state => {
  const { page: address } = JSON.parse(fs.readFileSync(state, 'utf8'))
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })
  const context = await browser.newContext()
  console.log('| visit | first paint, s | boxes to type into, s | diagnosis, s | all that it may want, s | KB over the network |\n|---|---:|---:|---:|---:|---:|')
  for (const visit of ['first', 'second']) {
    const page = await context.newPage()
    const session = await context.newCDPSession(page)
    let bytes = 0
    session.on('Network.loadingFinished', ({ encodedDataLength }) => { bytes += encodedDataLength })
    await session.send('Network.enable')
    await session.send('Network.emulateNetworkConditions', { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 })
    const start = Date.now()
    const since = () => ((Date.now() - start) / 1000).toFixed(1)
    await page.goto(address, { waitUntil: 'commit' })
    const box = page.getByRole('textbox', { name: 'User .npmrc', exact: true })
    await box.waitFor()
    const boxes = since()
    await box.fill(text)
    await page.locator('[data-state="sent"], [data-state="not-sent"]').waitFor()
    const diagnosis = since()
    await page.getByText('You may disconnect').waitFor()
    const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000)
    console.log(`| ${visit} | ${paint.toFixed(1)} | ${boxes} | ${diagnosis} | ${since()} | ${(bytes / 1024).toFixed(0)} |`)
    await page.close()
  }
  await browser.close()
})
