// What each outcome of the token check means, and what to do next.
import type { KnownRegistry } from '../report.js'
import type { CheckResult } from '../token-check.js'

export function checkWords(
  { outcome, status, user, package: asked, retryAfter, addressUnknown, keptFromLocalNetwork }: CheckResult,
  host: string,
  known: KnownRegistry | null
): readonly [headline: string, next: string] {
  switch (outcome) {
    case 'valid':
      return [
        `The token is valid`,
        `${asked ? `${host} gives ${asked} to it` : `${host} knows it as ${user}`}. ${
          addressUnknown
            ? 'The registry itself answered 404, though: compare its name with the one in Bytesafe.'
            : 'If the command still fails, look at what this user may do, at the package’s name and at the network.'
        } Whether it may publish too, this answer does not tell${known?.whoami === 'workspace' ? ': Bytesafe’s list of access tokens says whether it is read-only' : ''}.`
      ]
    case 'unauthorized':
      return [
        'The token is not valid',
        `${host} does not accept it: it was revoked, has expired, was mistyped or is for another registry. ${next(known)}`
      ]
    case 'anonymous':
      return [
        'The token is not valid',
        `${host} answered, but not as to somebody it knows. ${next(known)}`
      ]
    case 'forbidden':
      return [
        'The token is known, but not allowed',
        `${host} answered ${status}: your user, your plan or your network address may not. Ask your account admin.`
      ]
    case 'not-found':
      if (asked) {
        return [
          'That package is not there, or not for this token',
          `${host} answered 404 for ${asked}, which many registries do where one may not see a package. Whether the token is valid is still open.`
        ]
      }
      if (known?.whoami === 'absent') {
        return [
          `${known.name} does not say whose a token is`,
          `${host} answered 404, as ${known.name} does to everybody. Ask it for a package that only its users may read:`
        ]
      }
      return [
        'No such registry',
        `${host} answered 404: compare the registry’s name and path with those ${known?.whoami === 'workspace' ? 'in Bytesafe' : 'on its own site'}. If they are right, this registry does not say whose a token is: ask it for a package that only its users may read.`
      ]
    case 'portal':
      return [
        'Something else answered',
        `What came back is a web page, not a registry’s answer: a proxy or the log-in page of a network stands between. Try another network, or ask whoever runs yours.`
      ]
    case 'rate-limited':
      return ['Too many requests', `${host} wants a pause${retryAfter ? ` (Retry-After: ${retryAfter})` : ''}. Try again later.`]
    case 'server-error':
      return ['The registry could not answer', `${host} answered ${status}. Try again later; if it stays so, ask whoever runs it.`]
    case 'redirected':
      return [
        'The registry sent us elsewhere',
        'It answered with a redirect, as a log-in page or a proxy does. The token was not sent on. Compare the registry’s address with the one in Bytesafe.'
      ]
    case 'timeout':
      return ['No answer within 10 seconds', `Whether the token is valid is still open. Try again, or ask ${host} from a terminal.`]
    case 'offline':
      return ['This computer is offline', 'Connect it, then try again.']
    case 'blocked':
      return [
        'The browser may not ask this registry',
        `It can be reached, but does not let web pages ask, or a policy forbids it; some registries refuse a token that is no longer valid in just this way. A terminal can ask ${host}:`
      ]
    case 'unreachable':
      return [
        'The registry cannot be reached',
        `No connection to ${host}, or it was cut: look at its name, its certificate, your network, VPN and proxy. ${
          keptFromLocalNetwork ? `If ${host} is in your own network, let this page into it, in the browser’s settings for this site. ` : ''
        }Open ${host} in a tab of its own and the browser says why; a terminal tells more:`
      ]
    case 'cancelled':
      return ['Cancelled', 'Whether the token is valid is still open.']
  }
}

const next = (known: KnownRegistry | null): string =>
  known?.whoami === 'workspace'
    ? 'Compare it with your active access tokens; make a new one; ask your account admin whether the workspace and your user are active.'
    : 'Make a new one; if that is refused as well, ask whoever runs the registry.'
