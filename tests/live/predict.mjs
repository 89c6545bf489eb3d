// What access-doctor foretells of an input, comparable with what is seen.
import { execFile } from 'node:child_process'
import path from 'node:path'
import { predictedOf } from '../observed/requests.mjs'
import { names } from './sandbox.mjs'

const program = path.join(import.meta.dirname, '../../build/native/access-doctor')

/** Whether a request for it would be seen: one to a host that nobody finds, to a port that nobody listens on, or by https to one that does not speak it, is not. */
export const reachable = url => !/^https:[^?#]*:487[34]\b/.test(url) && /^\w+:\/\/[^/?#:]*(?::(?:80|443|4873|4874))?(?:[/?#]|$)/.test(url) && URL.canParse(url) && ['127.0.0.1', 'localhost', ...names].includes(new URL(url).hostname)

/** The requests of a report that would be seen. */
export const predicted = report => predictedOf(report.requests.filter(({ url }) => reachable(url)))

/** Whether what was seen is what the report foretells. After a host that nobody finds, the client may leave out what would come next. */
export function agree (seen, report) {
  const said = predicted(report)
  return report.requests.every(({ url }) => reachable(url)) ? JSON.stringify(seen) === JSON.stringify(said) : seen.every(each => said.includes(each))
}

/** Whether the report says that nobody can know. */
export const unknown = report => (report.verdict.state === 'unknown' && !report.requests.length) || report.requests.some(({ outcome }) => outcome === 'unknown')

/** The report of one input, with nothing masked. */
export function diagnose (input) {
  return new Promise((resolve, reject) => {
    const child = execFile(program, ['--reveal'], { maxBuffer: 1 << 26 }, (error, stdout) => error ? reject(error) : resolve(JSON.parse(stdout)))
    child.stdin.end(JSON.stringify(input) + '\n')
  })
}
