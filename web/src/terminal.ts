// What `npm whoami` or curl printed in a terminal → what it says of the token. Nothing of it is kept.
import { interpret, type CheckResult } from './token-check.js'

/** `no-token`: the client found none to send, which says nothing of its being valid. null: nothing in it tells. */
export function readTerminal(text: string): CheckResult | 'no-token' | null {
  const plain = text.replace(colour, '')
  if (/\bENEEDAUTH\b|This command requires you to be logged in/i.test(plain)) return 'no-token'
  const status = Number(/\bHTTP\/[\d.]+ (\d{3})\b/.exec(plain)?.[1] ?? /\bE(4\d\d|5\d\d)\b/.exec(plain)?.[1] ?? /\((4\d\d|5\d\d)\)/.exec(plain)?.[1] ?? /\b(4\d\d|5\d\d) [A-Z]/.exec(plain)?.[1] ?? 0)
  if (status >= 300 && status < 400) return { outcome: 'redirected', status }
  if (status >= 400) return interpret(status, '', /^retry-after: *(\d+)/im.exec(plain)?.[1] ?? null)
  if (/\bETIMEDOUT\b|timed out/i.test(plain)) return { outcome: 'timeout' }
  if (unreachable.test(plain)) return { outcome: 'unreachable' }
  const body = /\{[^{}]*\}/.exec(plain)?.[0]
  if (body !== undefined) return interpret(200, body, null)
  if (/<!doctype|<html/i.test(plain)) return { outcome: 'portal', status: 200 }
  const user = userIn(plain.split('\n').map(line => line.trim()).filter(Boolean))
  return user === null ? null : { outcome: 'valid', status: 200, user }
}

const colour = /\x1b\[[\d;]*m/g
const unreachable = /\b(?:ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|CERT_\w+|SELF_SIGNED_CERT\w*|UNABLE_TO_\w+)\b|Could not resolve host|Failed to connect|SSL certificate problem/i

/** npm prints the name alone; PowerShell under a heading. */
function userIn(lines: string[]): string | null {
  const last = lines.at(-1) ?? ''
  const before = lines.at(-2) ?? ''
  if (!/^[\w.@~-]{1,214}$/.test(last) || /^-+$/.test(last)) return null
  return lines.length === 1 || /^-+$/.test(before) || /\bnpm(?:\.cmd)? whoami\b/.test(before) ? last : null
}
