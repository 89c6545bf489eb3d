// The package as it is packed: in Node, under TypeScript, and built into pages by Vite, webpack and VitePress that Chromium opens.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import http from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { chromium } from 'playwright-core'
import { run } from '../suite.mjs'

const root = path.join(import.meta.dirname, '../..')
const bundlers = path.join(root, '.cache/bundlers')
const temp = fs.mkdtempSync(path.join(os.tmpdir(), 'access-doctor-package-'))
const exec = (command, args, cwd) => promisify(execFile)(command, args, { cwd, maxBuffer: 2 ** 26, env: { ...process.env, CI: '1' } })
const token = '01EPF8PPQ9WZQ5TADPCV8DPMG5'
const broken = `registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/default/:_authToken=${token}\n`

/** A folder with these files in which the packed package and the bundlers can be resolved. */
function project (name, files) {
  const folder = path.join(temp, name)
  for (const [file, text] of Object.entries({ 'package.json': '{"type":"module"}', ...files })) {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
    fs.writeFileSync(path.join(folder, file), text)
  }
  return folder
}
const bin = name => path.join(bundlers, 'node_modules/.bin', name)

const types = { html: 'text/html', js: 'text/javascript', css: 'text/css', wasm: 'application/wasm' }

/** Opens what a bundler made and diagnoses with it. */
async function opens (folder) {
  const server = http.createServer((request, response) => {
    const file = path.join(folder, new URL(request.url, 'http://localhost').pathname.replace(/\/$/, '/index.html'))
    if (!file.startsWith(folder) || !fs.existsSync(file)) return response.writeHead(404).end()
    response.writeHead(200, { 'content-type': types[file.split('.').at(-1)] ?? 'application/octet-stream' }).end(fs.readFileSync(file))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })
  try {
    const page = await browser.newPage()
    const errors = []
    page.on('pageerror', error => errors.push(error.message))
    await page.goto(`http://127.0.0.1:${server.address().port}/`)
    await page.getByRole('textbox', { name: 'User .npmrc' }).fill(broken)
    await page.getByRole('region', { name: 'Diagnosis' }).getByRole('heading', { name: /will not send your token/ }).waitFor({ timeout: 20_000 })
    assert.deepEqual(errors, [])
  } finally {
    await browser.close()
    server.close()
  }
}

const html = script => `<!doctype html><title>Docs</title><h1>Docs</h1><npm-access-doctor></npm-access-doctor>${script}`

try {
  fs.mkdirSync(bundlers, { recursive: true })
  if (!fs.existsSync(bin('vitepress'))) await exec('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefix', bundlers, 'vite@7.2.4', 'webpack@5.103.0', 'webpack-cli@6.0.1', 'vitepress@1.6.4', 'vue@3.5.25'], bundlers)
  const { stdout } = await exec('npm', ['pack', '--silent', '--pack-destination', temp], root)
  fs.writeFileSync(path.join(temp, 'package.json'), '{"private":true}')
  await exec('npm', ['install', '--silent', '--no-audit', '--no-fund', '--ignore-scripts', path.join(temp, stdout.trim().split('\n').at(-1))], temp)
  for (const name of fs.readdirSync(path.join(bundlers, 'node_modules'))) {
    const link = path.join(temp, 'node_modules', name)
    if (!fs.existsSync(link)) fs.symlinkSync(path.join(bundlers, 'node_modules', name), link)
  }

  await run({
    'nothing but its own and Lit is installed, and no script runs': () => {
      const { packages } = JSON.parse(fs.readFileSync(path.join(temp, 'package-lock.json')))
      assert.deepEqual(Object.keys(packages).filter(name => !/^(|node_modules\/(npm-access-doctor|lit|lit-html|lit-element|@lit\/reactive-element|@lit-labs\/ssr-dom-shim|@types\/trusted-types))$/.test(name)), [])
      assert.ok(Object.values(packages).every(({ hasInstallScript }) => !hasInstallScript))
    },
    'in Node': async () => {
      const folder = project('node', {
        'main.js': `import { diagnose, mend, releases, rules, version, withoutSecrets } from 'npm-access-doctor/core'
          const input = { client: '6.7.0', sources: [{ kind: 'npmrc', layer: 'user', name: '~/.npmrc', text: ${JSON.stringify('registry=https://acme.bytesafe.dev/r/main\n//acme.bytesafe.dev/r/main/:_authToken=' + token + '\n')} }] }
          const report = await diagnose(input)
          const out = { version, state: report.verdict.state, codes: report.findings.map(f => f.code), mended: await mend(input, report.preferred), rules: (await rules()).length, releases: await releases(), texts: await withoutSecrets(input, ['_authToken=${token}']) }
          console.log(JSON.stringify(out))`
      })
      const out = JSON.parse((await exec(process.execPath, ['main.js'], folder)).stdout)
      assert.equal(out.version, JSON.parse(fs.readFileSync(path.join(root, 'package.json'))).version)
      assert.equal(out.state, 'not-sent')
      assert.equal(out.codes[0], 'AD101')
      assert.match(out.mended[0].text, /r\/main\/\n/)
      assert.ok(out.rules > 70)
      assert.deepEqual(out.releases.map(({ name }) => name), ['npm', 'yarn', 'pnpm', 'bun'])
      assert.ok(!out.texts[0].includes(token))
    },
    'its types': async () => {
      const folder = project('types', {
        'main.ts': `import { diagnose, type Report } from 'npm-access-doctor/core'
          import { NpmAccessDoctor } from 'npm-access-doctor/element'
          import 'npm-access-doctor'
          const report: Report = await diagnose({ sources: [] })
          const element: NpmAccessDoctor = document.querySelector('npm-access-doctor')!
          element.registry = report.requests[0]!.url
          // @ts-expect-error: no such client
          element.client = 'cargo'
          export {}`,
        'tsconfig.json': '{"compilerOptions":{"module":"ESNext","moduleResolution":"bundler","target":"ES2022","strict":true,"noEmit":true,"types":[],"lib":["ES2022","DOM","DOM.Iterable"]},"include":["main.ts"]}'
      })
      await exec(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], folder).catch(({ stdout }) => assert.fail(stdout))
    },
    'in a page that Vite builds': async () => {
      const folder = project('vite', { 'index.html': html('<script type="module" src="/main.js"></script>'), 'main.js': "import 'npm-access-doctor'" })
      await exec(bin('vite'), ['build'], folder)
      await opens(path.join(folder, 'dist'))
    },
    'in a page that webpack builds': async () => {
      const folder = project('webpack', { 'main.js': "import 'npm-access-doctor'" })
      await exec(bin('webpack'), ['--mode', 'production', '--entry', './main.js', '-o', 'dist'], folder)
      fs.writeFileSync(path.join(folder, 'dist/index.html'), html('<script src="main.js"></script>'))
      await opens(path.join(folder, 'dist'))
    },
    'in a page that VitePress builds': async () => {
      const folder = project('vitepress', {
        '.vitepress/config.mjs': "export default { title: 'Docs', vue: { template: { compilerOptions: { isCustomElement: tag => tag === 'npm-access-doctor' } } } }",
        'index.md': "# Docs\n\n<npm-access-doctor></npm-access-doctor>\n\n<script setup>\nimport { onMounted } from 'vue'\nonMounted(() => import('npm-access-doctor'))\n</script>\n"
      })
      await exec(bin('vitepress'), ['build'], folder)
      await opens(path.join(folder, '.vitepress/dist'))
    }
  })
} finally {
  fs.rmSync(temp, { recursive: true, force: true })
}
