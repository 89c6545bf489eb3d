// The token check as the person goes through it: nothing is sent before a click of theirs.
import { sameCredential, type Checked } from './diagnosis.js'
import type { CheckOutcome, Credential } from './report.js'
import { checkToken, isOpenToOthers, type CheckResult } from './token-check.js'

export type CheckState =
  { step: 'idle' } | { step: 'confirm'; credential: Credential; packageName: string } | { step: 'asking'; credential: Credential } | { step: 'done'; credential: Credential; result: CheckResult; inTerminal: boolean }

export class CheckFlow {
  #state: CheckState = { step: 'idle' }
  #cancel: AbortController | undefined
  /** When a registry that wanted a pause may be asked again. */
  #notBefore = 0

  constructor(private readonly changed: () => void) {}

  get state(): CheckState {
    return this.#state
  }

  /** Seconds that the registry still wants to be left alone. */
  get wait(): number {
    return Math.max(0, Math.ceil((this.#notBefore - Date.now()) / 1000))
  }

  get checked(): Checked | null {
    if (this.#state.step !== 'done') return null
    const { credential, result } = this.#state
    const { outcome, status } = result
    return { credential, tokenCheck: { registry: credential.registry, outcome, ...(status && { status }) } }
  }

  /** A script of the page around us cannot press the button. */
  ask(event: Event, credential: Credential, { confirmed = false, packageName = '' } = {}): void {
    if (!event.isTrusted || this.#state.step === 'asking' || this.wait) return
    if ((isOpenToOthers(credential.registry) || isFramed) && !confirmed) this.#set({ step: 'confirm', credential, packageName })
    else void this.#run(credential, packageName)
  }

  /** What a terminal printed, read: as good as an answer of our own. */
  told(credential: Credential, result: CheckResult): void {
    if (this.#state.step !== 'asking') this.#set({ step: 'done', credential, result, inTerminal: true })
  }

  cancel(): void {
    if (this.#state.step === 'confirm') this.#set({ step: 'idle' })
    this.#cancel?.abort()
  }

  /** An outcome says nothing of another token or another registry. */
  keepFor(credential: Credential | null): void {
    if (this.#state.step === 'idle' || (credential && sameCredential(this.#state.credential, credential))) return
    this.#cancel?.abort()
    this.#state = { step: 'idle' }
  }

  async #run(credential: Credential, packageName: string): Promise<void> {
    const cancel = (this.#cancel = new AbortController())
    const asking: CheckState = { step: 'asking', credential }
    this.#set(asking)
    const result = await checkToken(credential, cancel.signal, packageName)
    if (this.#state !== asking) return
    this.#notBefore = Date.now() + secondsIn(result.retryAfter) * 1000
    this.#set({ step: 'done', credential, result, inTerminal: outcomesForTerminal.has(result.outcome) })
    this.#countDown()
  }

  #countDown(): void {
    if (this.wait) setTimeout(() => (this.changed(), this.#countDown()), 1000)
  }

  #set(state: CheckState): void {
    this.#state = state
    this.changed()
  }
}

/** A page around ours can lay something over our button: one click is then not enough. */
const isFramed = window.self !== window.top

/** Where a terminal can tell more. */
const outcomesForTerminal: ReadonlySet<CheckOutcome> = new Set(['blocked', 'unreachable', 'timeout'])

const longestPause = 3600

/** Retry-After is a number of seconds or a date. */
function secondsIn(retryAfter: string | undefined): number {
  const seconds = retryAfter === undefined ? 0 : /^\d+$/.test(retryAfter) ? Number(retryAfter) : (Date.parse(retryAfter) - Date.now()) / 1000
  return Math.min(longestPause, Math.max(0, seconds || 0))
}
