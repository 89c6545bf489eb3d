// The parts of the page that need no browser.
import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { build } from 'esbuild'

async function load(name) {
  const { outputFiles } = await build({
    entryPoints: [path.join(import.meta.dirname, '../../web/src', name)],
    bundle: true,
    format: 'esm',
    write: false
  })
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`)
}
const { commandIn, toInput, unseenValue } = await load('to-input.ts')
const { nothingTyped } = await load('inputs.ts')
const { diffLines } = await load('diff.ts')
const { maskText } = await load('mask.ts')
const { supportText } = await load('support-text.ts')
const { markLines } = await load('marks.ts')
const { interpret, isOpenToOthers } = await load('token-check.ts')

const token = '01EPF8PPQ9WZQ5TADPCV8DPMG5'

test('the command is found behind whatever prompt stands before it', () => {
  const commands = {
    'npm install left-pad': 'npm install left-pad',
    '$ npm i': 'npm i',
    'me@box:~/work$ npm ci --registry=https://acme.bytesafe.dev/r/main': 'npm ci --registry=https://acme.bytesafe.dev/r/main',
    'C:\\work>npm install': 'npm install',
    'PS C:\\work> pnpm add left-pad': 'pnpm add left-pad',
    '➜  work git:(main) ✗ yarn': 'yarn',
    'NPM_TOKEN=x npm whoami': 'npm whoami',
    'sudo npm publish': 'npm publish',
    'RUN npm ci': 'npm ci',
    'Run npm ci': 'npm ci',
    'yarn install v1.22.22': 'yarn install',
    'bun install v1.4.5 (abcdef12)': 'bun install',
    '> bunx cowsay': 'bunx cowsay',
    'npm.cmd install': 'npm.cmd install'
  }
  for (const [line, command] of Object.entries(commands)) assert.equal(commandIn(`\n${line}\nmore`)?.text, command, line)
})

test('what a client prints, or is asked about itself, is not taken for a command that failed', () => {
  for (const line of [
    'ann@x:basic> npm -v',
    '$ pnpm --version',
    '$ npm config list',
    'npm ERR! code E401',
    'npm error code E401',
    'npm ERR!     npm login',
    'npm notice run npm install -g npm',
    'error An unexpected error',
    '404 Not Found',
    ''
  ]) {
    assert.equal(commandIn(line), null, line)
  }
})

test('only what was typed goes in', () => {
  const now = new Date('2026-11-24T12:00:00Z')
  const npmrc = () => 'npmrc'
  assert.deepEqual(toInput({ ...nothingTyped, project: 'a=b\n', failing: 'npm ci\n' }, now, npmrc).input, {
    sources: [{ kind: 'npmrc', layer: 'project', name: '.npmrc', text: 'a=b\n' }],
    environment: {},
    now: now.toISOString(),
    command: 'npm ci'
  })
  const log = '$ npm ci\nnpm error code E401\n'
  const { input } = toInput({ ...nothingTyped, version: '6.7.0', clientName: 'npm', failing: log, answers: { A: true, B: false } }, now, npmrc)
  assert.deepEqual(input, {
    sources: [],
    environment: { A: unseenValue, B: null },
    now: now.toISOString(),
    client: '6.7.0',
    clientName: 'npm',
    command: 'npm ci',
    log
  })
})

test('each source knows its box, and another kind of file its usual name', () => {
  const added = { field: 'file-1', kind: 'package-json', layer: 'project', name: 'package.json' }
  const typed = { ...nothingTyped, user: 'npmScopes:', project: 'a=b', files: [added], texts: { 'file-1': '{}' } }
  const { input, fields } = toInput(typed, new Date(0), text => (text.includes(':') ? 'yarnrc-yml' : 'npmrc'))
  assert.deepEqual(fields, ['user', 'project', 'file-1'])
  assert.deepEqual(input.sources.map(({ kind, layer, name }) => [kind, layer, name]), [['yarnrc-yml', 'user', '~/.yarnrc.yml'], ['npmrc', 'project', '.npmrc'], ['package-json', 'project', 'package.json']])
})

test('differences are by line', () => {
  const marks = { same: ' ', del: '-', add: '+' }
  const diff = (a, b) => diffLines(a, b).map(({ kind, text }) => marks[kind] + text)
  assert.deepEqual(diff('a\nb\nc\n', 'a\nB\nc\nd\n'), [' a', '-b', '+B', ' c', '+d'])
  assert.deepEqual(diff('', 'a\n'), ['+a'])
  assert.deepEqual(diff('a\nx\nb\ny\n', 'b\ny\na\n'), ['-a', '-x', ' b', ' y', '+a'])
  assert.deepEqual(diff('a\n', 'a\n'), [' a'])
})

test('what looks like a credential is masked', () => {
  const masked = {
    [`//h/:_authToken=${token}`]: '//h/:_authToken=01EPF8PP…PMG5',
    [`# //h/:_authToken = "${token}"`]: '# //h/:_authToken = "01EPF8P…MG5"',
    [`//h/:_authtoken=${token}`]: '//h/:_authtoken=01EPF8PP…PMG5',
    '_password=c2VjcmV0': '_password=…',
    '_auth=dTpw': '_auth=…',
    '//h/:_authToken=${NPM_TOKEN}': '//h/:_authToken=${NPM_TOKEN}',
    'always-auth=true': 'always-auth=true',
    'auth-type=legacy': 'auth-type=legacy',
    'registry=https://me:secret@h/r/main/': 'registry=https://…@h/r/main/',
    [`registry=https://h/r/main/${token}/`]: 'registry=https://h/r/main/01EPF8PP…PMG5/',
    'registry=https://acme.bytesafe.dev/r/main/': 'registry=https://acme.bytesafe.dev/r/main/'
  }
  for (const [text, expected] of Object.entries(masked)) assert.equal(maskText(text), expected)
})

test('marks cut a line where findings say, and hold no text', () => {
  const at = (start, end, line = 1, source = 0) => ({ source, start: { line, column: start }, end: { line, column: end } })
  const lines = markLines(
    'é=secret\nb',
    [
      { at: at(3, 9), role: 'cause', alternative: false },
      { at: at(1, 4), role: 'advice', alternative: false },
      { at: at(1, 2, 2, 1), role: 'cause', alternative: false }
    ],
    0
  )
  assert.deepEqual(lines, [
    {
      tone: 'bad',
      parts: [
        { shape: 'éx', tone: 'note' },
        { shape: 'x', tone: 'bad' },
        { shape: 'xxxxx', tone: 'bad' }
      ]
    },
    { tone: null, parts: [{ shape: 'x', tone: null }] }
  ])
})

test('what a registry answers to whoami', () => {
  const outcome = (status, body = '') => interpret(status, body, null).outcome
  assert.deepEqual(interpret(200, '{"username":"me"}', null), { outcome: 'valid', status: 200, user: 'me' })
  assert.equal(outcome(200, '{}'), 'anonymous')
  assert.equal(outcome(200, '{"username":null}'), 'anonymous')
  assert.equal(outcome(200, '<!doctype html>'), 'portal')
  assert.equal(outcome(200, '"me"'), 'portal')
  assert.equal(outcome(401, '<html>'), 'unauthorized')
  assert.equal(outcome(403), 'forbidden')
  assert.equal(outcome(404), 'not-found')
  assert.equal(outcome(407), 'portal')
  assert.equal(outcome(500), 'server-error')
  assert.deepEqual(interpret(429, '', '30'), { outcome: 'rate-limited', status: 429, retryAfter: '30' })
})

test('which registries anybody on the way could listen to', () => {
  assert.equal(isOpenToOthers('http://registry.example/'), true)
  for (const url of ['https://registry.example/', 'http://localhost:4873/', 'http://127.0.0.1:4873/', 'http://[::1]/'])
    assert.equal(isOpenToOthers(url), false, url)
})

test('what is copied for support is one list of facts, whatever stands in them', () => {
  const report = {
    client: { name: 'npm', version: '6.7.0', recognized: true, assumed: false },
    verdict: { state: 'not-sent', headline: 'npm 6.7.0 will not send your token', next: 'Line 1.\n# no heading' },
    log: { status: 401, code: 'E401', url: 'https://acme.bytesafe.dev/r/main/left-pad', reason: 'a `b`', command: 'npm ci' },
    requests: [{ method: 'GET', url: 'https://acme.bytesafe.dev/r/main/left-pad', outcome: 'none', authorization: null, trace: [] }],
    findings: [{ code: 'AD101', role: 'cause', title: 'The registry URL has no slash at the end', message: 'Add it.\n- no list' }],
    stopped: null
  }
  const text = supportText(report, { registry: 'https://acme.bytesafe.dev/r/main/', outcome: 'unauthorized', status: 401 }, new Date('2026-11-24T12:00:00Z'))
  assert.equal(text, `### npm 6.7.0 will not send your token

Line 1. # no heading

- Client: npm 6.7.0
- Read at: 2026-11-24T12:00:00.000Z
- Command: \`npm ci\`
- Error: 401 E401 \`a 'b'\` \`https://acme.bytesafe.dev/r/main/left-pad\`
- Token check: unauthorized, HTTP 401, \`https://acme.bytesafe.dev/r/main/\`

- \`GET https://acme.bytesafe.dev/r/main/left-pad\`: token not sent

- **AD101** (cause) The registry URL has no slash at the end. Add it. - no list
`)
})

const { sorted } = await load('sort.ts')

test('what is pasted is sorted to where it belongs', () => {
  const recognize = text => (/npm ERR!|npm error/.test(text) ? 'log' : 'npmrc')
  const sort = text => sorted(text, recognize)
  assert.deepEqual(sort('10.9.9\n'), { version: '10.9.9' })
  assert.deepEqual(sort('yarn/1.22.22'), { version: 'yarn/1.22.22' })
  assert.deepEqual(sort('npm ERR! code E401\n'), { failing: 'npm ERR! code E401\n' })
  assert.equal(sort('registry=https://acme.bytesafe.dev/r/main/\n# $ not a prompt of ours\n'), null)
  assert.deepEqual(
    sort('me@box:~/work$ cat ~/.npmrc\nregistry=https://a.example/\nme@box:~/work$ cat .npmrc\n@acme:registry=https://b.example/\nme@box:~/work$ npm --version\n6.7.0\nme@box:~/work$ npm ci\nnpm ERR! code E401\nnpm ERR! 401'),
    { user: 'registry=https://a.example/\n', project: '@acme:registry=https://b.example/\n', version: '6.7.0', failing: 'me@box:~/work$ npm ci\nnpm ERR! code E401\nnpm ERR! 401\n' }
  )
  assert.deepEqual(sort('PS C:\\work> Get-Content $env:USERPROFILE\\.npmrc\r\nregistry=https://a.example/\r\nPS C:\\work> pnpm -v\r\n9.15.9'), { user: 'registry=https://a.example/\n', version: 'pnpm 9.15.9' })
  assert.deepEqual(sort('root@ci:/# cat /root/.npmrc\n# npm install needs this\nregistry=https://a.example/'), { user: '# npm install needs this\nregistry=https://a.example/\n' })
  assert.deepEqual(sort('$ type "%USERPROFILE%\\.npmrc"\na=b'), { user: 'a=b\n' })
})
