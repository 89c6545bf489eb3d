// The native program as scripts use it: JSON in, JSON out, a line each.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { run } from '../suite.mjs'

const program = path.join(import.meta.dirname, '../../build/native/access-doctor')
function doctor (input, ...args) {
  const { status, stdout, stderr } = spawnSync(program, args, { input, encoding: 'utf8' })
  return { status, stderr, lines: stdout.split('\n').slice(0, -1), whole: stdout === '' || stdout.endsWith('\n') }
}

const token = '01EPF8PPQ9WZQ5TADPCV8DPMG5'
const registry = 'https://acme.bytesafe.dev/r/main/'
const npmrc = (registry, token) => `registry=${registry}\n//acme.bytesafe.dev/r/main/:_authToken=${token}\n`
const input = (client, text) => ({ client, sources: [{ kind: 'npmrc', layer: 'user', name: '~/.npmrc', text }] })
const good = input('10.9.9\n', npmrc(registry, token))
const broken = input('6.14.18\n', npmrc(registry.slice(0, -1), token))
const states = lines => lines.map(line => JSON.parse(line).verdict.state)

await run({
  'one input gives one report on one line': () => {
    const { status, stderr, lines, whole } = doctor(JSON.stringify(good))
    assert.deepEqual({ status, stderr, count: lines.length, whole }, { status: 0, stderr: '', count: 1, whole: true })
    assert.deepEqual(states(lines), ['sent'])
  },
  'one input may be spread over lines': () => {
    const { status, lines } = doctor(JSON.stringify(good, null, 2) + '\n')
    assert.equal(status, 0)
    assert.deepEqual(states(lines), ['sent'])
  },
  'JSON Lines give a report a line, in order': () => {
    const { status, lines } = doctor([good, broken, good].map(each => JSON.stringify(each)).join('\n') + '\n')
    assert.equal(status, 0)
    assert.deepEqual(states(lines), ['sent', 'not-sent', 'sent'])
  },
  'blank lines and CRLF between inputs do not matter': () => {
    const { status, lines } = doctor(`${JSON.stringify(good)}\r\n\r\n${JSON.stringify(broken)}\r\n`)
    assert.equal(status, 0)
    assert.deepEqual(states(lines), ['sent', 'not-sent'])
  },
  'a malformed line is named, and the others still get their reports': () => {
    const { status, stderr, lines } = doctor(`${JSON.stringify(good)}\n{"client": "6.14\n${JSON.stringify(broken)}\n`)
    assert.notEqual(status, 0)
    assert.match(stderr, /\bline 2\b/)
    assert.deepEqual(states(lines), ['sent', 'not-sent'])
  },
  'a line that is JSON and not an input is named too': () => {
    const { status, stderr, lines } = doctor(`[1]\n${JSON.stringify(good)}\n`)
    assert.notEqual(status, 0)
    assert.match(stderr, /\bline 1\b/)
    assert.deepEqual(states(lines), ['sent'])
  },
  'a message repeats no token': () => {
    const { status, stderr } = doctor(`{"sources": [{"text": "//h/:_authToken=${token}"\n${JSON.stringify(good)}\n`)
    assert.notEqual(status, 0)
    assert.ok(!stderr.includes(token.slice(9, 20)), stderr)
  },
  'reports hold no token, unless they are to be revealed': () => {
    const { lines: [line] } = doctor(JSON.stringify(broken))
    assert.ok(!line.includes(token.slice(9, 20)), line)
    assert.ok(!('mended' in JSON.parse(line)))
    const { lines: [revealed] } = doctor(JSON.stringify(good), '--reveal')
    assert.equal(JSON.parse(revealed).requests[0].authorization.value, `Bearer ${token}`)
  },
  '--reveal adds the mended files': () => {
    const { status, lines: [line] } = doctor(JSON.stringify(broken), '--reveal')
    assert.equal(status, 0)
    assert.deepEqual(JSON.parse(line).mended, [{ source: 0, text: npmrc(registry, token) }])
  },
  '--rules prints each rule with its documentation': () => {
    const { status, lines, stderr } = doctor('', '--rules')
    assert.deepEqual([status, stderr], [0, ''])
    const printed = lines.join('\n')
    for (const code of ['AD101', 'AD102', 'AD201', 'AD202', 'AD203', 'AD301', 'AD401', 'AD601', 'AD701']) assert.match(printed, new RegExp(`\\b${code}\\b`))
    assert.ok(printed.length > 5000, 'the documentation is missing')
  },
  'an unknown option is refused': () => {
    const { status, stderr } = doctor(JSON.stringify(good), '--revaal')
    assert.notEqual(status, 0)
    assert.match(stderr, /--revaal/)
  }
})
