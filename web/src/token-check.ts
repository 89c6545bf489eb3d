// Asks a registry whether a token is still valid: at most three requests, all to one origin, two of them with the token.
import type { CheckOutcome, Credential } from './report.js'

export interface CheckResult {
  outcome: CheckOutcome
  status?: number
  /** Who the registry says the token belongs to. */
  user?: string
  retryAfter?: string
  /** The package that was asked for instead of whoami. */
  package?: string
  /** The workspace API knows the token though the registry's own address answered 404. */
  addressUnknown?: boolean
  /** The browser has not been told to let this page into the person's own network. */
  keptFromLocalNetwork?: boolean
}

const timeLimit = 10_000
const policyEventDelay = 50

/** `signal` is the person's Cancel. Never rejects. With a package's name that package is asked for, for registries that do not say whose a token is. */
export async function checkToken(credential: Credential, signal: AbortSignal, packageName = ''): Promise<CheckResult> {
  const limit = AbortSignal.timeout(timeLimit)
  const either = AbortSignal.any([signal, limit])
  const policy = watchPolicy(credential.origin)
  try {
    return await (packageName ? askFor(packageName, credential, either) : ask(credential, either))
  } catch {
    if (signal.aborted) return { outcome: 'cancelled' }
    if (limit.aborted) return { outcome: 'timeout' }
    if (!navigator.onLine) return { outcome: 'offline' }
    if (isMixedContent(credential.registry) || (await policy.blocked())) return { outcome: 'blocked' }
    const reachable = await ping(credential, either)
    if (signal.aborted) return { outcome: 'cancelled' }
    if (reachable) return { outcome: 'blocked' }
    return limit.aborted ? { outcome: 'timeout' } : { outcome: 'unreachable', ...((await isKeptFromLocalNetwork()) && { keptFromLocalNetwork: true }) }
  } finally {
    policy.stop()
  }
}

async function ask(credential: Credential, signal: AbortSignal): Promise<CheckResult> {
  const { registry, origin, known } = credential
  const registrys = await whoami(new URL('-/whoami', registry), credential, signal)
  const open = registrys.outcome === 'not-found' || registrys.outcome === 'anonymous'
  if (!open || known?.whoami !== 'workspace') return registrys
  const workspaces = await whoami(new URL('/api/v1/whoami', origin), credential, signal).catch(() => null)
  if (signal.aborted) throw signal.reason
  // Whether the workspace API takes a registry's token is not documented: its yes counts, its no only beside the registry's own.
  if (workspaces?.outcome === 'valid') return { ...workspaces, addressUnknown: registrys.outcome === 'not-found' }
  if (workspaces?.outcome === 'unauthorized' && registrys.outcome === 'anonymous') return workspaces
  return registrys
}

/** A private package says of a token what whoami would: it is there, or it is not for this token. */
async function askFor(name: string, credential: Credential, signal: AbortSignal): Promise<CheckResult> {
  const { status, retryAfter, outcome, body } = await get(new URL(name.replace('/', '%2f'), credential.registry), credential, signal)
  if (outcome) return { outcome }
  if (status === 200) return { status, outcome: nameIn(body) === name ? 'valid' : 'portal', package: name }
  return { ...interpret(status, body, retryAfter), package: name }
}

async function whoami(url: URL, credential: Credential, signal: AbortSignal): Promise<CheckResult> {
  const { status, body, retryAfter, outcome } = await get(url, credential, signal)
  return outcome ? { outcome } : interpret(status, body, retryAfter)
}

async function get(url: URL, { authorization }: Credential, signal: AbortSignal): Promise<Answer> {
  const response = await fetch(url, { ...discreet, mode: 'cors', headers: { authorization }, signal })
  const body = await response.text().catch(() => null)
  if (signal.aborted) throw signal.reason
  return {
    status: response.status,
    body: body ?? '',
    retryAfter: response.headers.get('retry-after'),
    ...(response.type === 'opaqueredirect' && { outcome: 'redirected' }),
    // Of an answer that was cut the status counts, if it says something.
    ...(body === null && response.ok && { outcome: 'unreachable' })
  }
}

interface Answer {
  status: number
  body: string
  retryAfter: string | null
  outcome?: 'redirected' | 'unreachable'
}

const discreet = { credentials: 'omit', cache: 'no-store', redirect: 'manual', referrerPolicy: 'no-referrer' } as const

export function interpret(status: number, body: string, retryAfter: string | null): CheckResult {
  switch (status) {
    case 200: {
      const user = userIn(body)
      return { status, ...(user === undefined ? { outcome: 'portal' } : user ? { outcome: 'valid', user } : { outcome: 'anonymous' }) }
    }
    case 401:
      return { outcome: 'unauthorized', status }
    case 402:
    case 403:
      return { outcome: 'forbidden', status }
    case 404:
      return { outcome: 'not-found', status }
    case 407:
    case 511:
      return { outcome: 'portal', status }
    case 429:
      return { outcome: 'rate-limited', status, ...(retryAfter && { retryAfter }) }
    default:
      return { outcome: 'server-error', status }
  }
}

/** The user name; an empty one if there is none; undefined if this is no answer of a registry. */
const userIn = (body: string): string | undefined => textIn(body, 'username')
const nameIn = (body: string): string | undefined => textIn(body, 'name')

function textIn(body: string, key: string): string | undefined {
  try {
    const answer: unknown = JSON.parse(body)
    if (typeof answer !== 'object' || answer === null) return undefined
    const value = (answer as Record<string, unknown>)[key]
    return typeof value === 'string' ? value : ''
  } catch {
    return undefined
  }
}

/** Tells "reachable, but closed to browsers" from "not reachable". Carries no token. */
const ping = ({ registry }: Credential, signal: AbortSignal): Promise<boolean> =>
  fetch(new URL('-/ping', registry), { ...discreet, mode: 'no-cors', redirect: 'follow', signal }).then(
    () => true,
    () => false
  )

/** Chromium asks the person before a page of the internet may reach their own network; other browsers do not know the question. */
const isKeptFromLocalNetwork = (): Promise<boolean> =>
  navigator.permissions.query({ name: 'local-network-access' as PermissionName }).then(
    ({ state }) => state !== 'granted',
    () => false
  )

const isLoopback = ({ hostname }: URL): boolean => /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname)

/** Whether anybody on the way could read the token. */
export const isOpenToOthers = (registry: string): boolean => {
  const url = new URL(registry)
  return url.protocol === 'http:' && !isLoopback(url)
}

const isMixedContent = (registry: string): boolean => location.protocol === 'https:' && isOpenToOthers(registry)

function watchPolicy(origin: string): { blocked(): Promise<boolean>; stop(): void } {
  let seen = false
  const listen = (event: SecurityPolicyViolationEvent): void => {
    seen ||= event.effectiveDirective === 'connect-src' && event.blockedURI.startsWith(origin)
  }
  document.addEventListener('securitypolicyviolation', listen)
  return {
    // The event comes a little after the failure that it explains.
    blocked: () => new Promise(resolve => setTimeout(() => resolve(seen), policyEventDelay)),
    stop: () => document.removeEventListener('securitypolicyviolation', listen)
  }
}
