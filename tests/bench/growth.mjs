// How time and peak memory grow with the input, from 1 KB on, for each kind of it, as a picture: tests/bench/growth.svg.
//   node tests/bench/growth.mjs
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const program = path.join(import.meta.dirname, '../../build/native/access-doctor')
const file = path.join(os.tmpdir(), `access-doctor-growth-${process.pid}.json`)

const filled = (head, line, tail, size) => {
  const parts = [head]
  for (let i = 0, length = head.length; length < size; i++) length += parts[parts.push(line(i)) - 1].length
  return parts.join('') + tail
}
const npmrc = 'registry=https://acme.bytesafe.dev/r/main\n//acme.bytesafe.dev/r/main/:_authToken=01EPF8PPQ9WZQ5TADPCV8DPMG5\n'
const source = (kind, name, text) => ({ client: '10.9.9', command: 'npm install', sources: [{ kind: 'npmrc', layer: 'user', name: '~/.npmrc', text: npmrc }, { kind, layer: 'project', name, text }] })
const MB = 1 << 20, KB = 1 << 10
/** Of each kind: the largest that is read, and an input of a size. */
const kinds = {
  '.npmrc, long lines': [256 * KB, size => source('npmrc', '.npmrc', filled('', i => `setting-${i}=${'x'.repeat(size / 100)}\n`, '', size - size / 50))],
  '.yarnrc.yml': [256 * KB, size => ({ ...source('yarnrc-yml', '.yarnrc.yml', filled('npmRegistryServer: "https://acme.bytesafe.dev/r/main/"\nnpmScopes:\n', i => `  scope-${i}:\n    npmAuthToken: T${i}\n`, '', size - 100)), client: '4.16.0', clientName: 'yarn', command: 'yarn install' })],
  log: [100 * MB, size => ({ ...source('npmrc', '.npmrc', ''), log: filled('', i => `npm http fetch GET 200 https://acme.bytesafe.dev/r/main/package-${i} 12ms\n`, 'npm ERR! code E401\nnpm ERR! 401 Unauthorized - GET https://acme.bytesafe.dev/r/main/left-pad\n', size) })],
  'package-lock.json': [100 * MB, size => source('lockfile', 'package-lock.json', filled('{"lockfileVersion":3,"packages":{\n', i => `"node_modules/p${i}":{"version":"1.0.${i}","resolved":"https://acme.bytesafe.dev/r/main/p${i}/-/p${i}-1.0.${i}.tgz"},\n`, '"":{}}}\n', size))],
  'yarn.lock': [100 * MB, size => source('lockfile', 'yarn.lock', filled('# yarn lockfile v1\n\n', i => `p${i}@^1.0.0:\n  version "1.0.${i}"\n  resolved "https://acme.bytesafe.dev/r/main/p${i}/-/p${i}-1.0.${i}.tgz#0"\n\n`, '', size))],
  'pnpm-lock.yaml': [100 * MB, size => source('lockfile', 'pnpm-lock.yaml', filled("lockfileVersion: '9.0'\n\npackages:\n", i => `  p${i}@1.0.${i}:\n    resolution: {integrity: sha512-x, tarball: https://acme.bytesafe.dev/r/main/p${i}/-/p${i}-1.0.${i}.tgz}\n`, '', size))]
}

/** Seconds and MB at the peak, less what the program takes for an input of nothing. */
function measure (input) {
  fs.writeFileSync(file, JSON.stringify(input))
  const { stderr, status } = spawnSync('/usr/bin/time', ['-f', '%e %U %M', program], { stdio: [fs.openSync(file), 'ignore', 'pipe'] })
  if (status !== 0) throw new Error(`it ended with ${status}: ${stderr}`)
  const [, user, kilobytes] = String(stderr).trim().split('\n').at(-1).split(' ').map(Number)
  return { seconds: user, megabytes: kilobytes / 1024 }
}

const sizes = [KB, 10 * KB, 100 * KB, 256 * KB, MB, 10 * MB, 100 * MB]
const nothing = measure({ sources: [] }).megabytes
const series = Object.entries(kinds).map(([name, [largest, make]]) => ({ name, points: sizes.filter(size => size <= largest).map(size => ({ size, ...measure(make(size)) })) }))
fs.rmSync(file)
for (const { name, points } of series) console.log(`${name}: ${points.map(({ size, seconds, megabytes }) => `${size >= MB ? `${size / MB} MB` : `${size / KB} KB`} ${seconds.toFixed(2)} s ${megabytes.toFixed(0)} MB`).join(', ')}`)

// Both axes by powers of ten: a straight line at 45° is linear growth.
const colours = ['#0b57d0', '#b3261e', '#146c2e', '#7d5700', '#8e24aa', '#00696d']
const width = 420, height = 300, left = 60, top = 40
const picture = (title, unit, of, from, to, offset) => {
  const x = size => left + (Math.log10(size / KB) / 5) * (width - left - 20), y = value => top + (1 - Math.log10(Math.max(value, from) / from) / Math.log10(to / from)) * (height - top - 40)
  const ticks = []
  for (let value = from; value <= to * 1.01; value *= 10) ticks.push(`<path d="M${left} ${y(value)}H${width - 20}" stroke="#ccc"/><text x="${left - 6}" y="${y(value) + 4}" text-anchor="end">${Number(value.toPrecision(2))} ${unit}</text>`)
  for (const [size, label] of [[KB, '1 KB'], [100 * KB, '100 KB'], [10 * MB, '10 MB'], [100 * MB, '100 MB']]) ticks.push(`<text x="${x(size)}" y="${height - 22}" text-anchor="middle">${label}</text>`)
  const lines = series.map(({ points }, i) => `<polyline fill="none" stroke="${colours[i]}" stroke-width="2" points="${points.map(point => `${x(point.size).toFixed(1)},${y(of(point)).toFixed(1)}`).join(' ')}"/>`)
  return `<g transform="translate(${offset} 0)"><text x="${left}" y="20" font-weight="bold">${title}</text>${ticks.join('')}${lines.join('')}</g>`
}
const legend = series.map(({ name }, i) => `<path d="M${60 + (i % 3) * 260} ${height + 10 + Math.floor(i / 3) * 20}h20" stroke="${colours[i]}" stroke-width="3"/><text x="${86 + (i % 3) * 260}" y="${height + 14 + Math.floor(i / 3) * 20}">${name}</text>`)
fs.writeFileSync(path.join(import.meta.dirname, 'growth.svg'), `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${2 * width} ${height + 50}" font-family="sans-serif" font-size="11" role="img" aria-label="Time and memory against input size, both linear"><rect width="100%" height="100%" fill="#fff"/>${picture('Time of one report', 's', ({ seconds }) => seconds, 0.001, 100, 0)}${picture('Memory beyond that of an empty input', 'MB', ({ megabytes }) => megabytes - nothing, 0.1, 1000, width)}${legend.join('')}</svg>\n`)
