// Reads a long input in a worker: a text that never comes to an end, or that takes all memory, then takes the worker along and not the
// page with what was typed.
import { CoreFailure, type FailureReason } from './core.js'
import type { Read } from './diagnosis.js'
import type { Input } from './report.js'
import type { Answer } from './worker.js'

/** Of silence from a worker that has all it needs, in milliseconds. */
export const limit = 10_000
/** After which what was read of the text before is no longer shown. */
const patience = 1000

export class Beside {
  #worker: Worker | null | undefined
  #key: unknown
  #read: Read | null | undefined
  #failure: CoreFailure | undefined
  #patience: ReturnType<typeof setTimeout> | undefined
  #limit: ReturnType<typeof setTimeout> | undefined
  slow = false

  constructor(private readonly update: () => void) {}

  /** undefined while it is being read, null where there is no worker to read it. Throws where it cannot be read. The key stands for the input. */
  read(key: unknown, input: Input): Read | null | undefined {
    if (this.#key !== key) this.#start(key, input)
    if (this.#failure) throw this.#failure
    return this.#read
  }

  #start(key: unknown, input: Input): void {
    if (this.#limit) this.#end() // it is at what was typed before
    if (this.#worker === undefined) this.#worker = startWorker()
    ;[this.#key, this.#read, this.#failure] = [key, this.#worker && undefined, undefined]
    if (!this.#worker) return
    this.#patience = setTimeout(() => {
      this.slow = true
      this.update()
    }, patience)
    this.#wait(() => this.#done(null))
    this.#worker.onerror = () => this.#done(null)
    this.#worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      if ('ready' in data) this.#wait(() => this.#fail('endless'))
      else if ('read' in data) this.#done(data.read)
      else if ('failed' in data) this.#fail('crashed')
      else this.#done(null)
    }
    this.#worker.postMessage(input)
  }

  #wait(then: () => void): void {
    clearTimeout(this.#limit)
    this.#limit = setTimeout(then, limit)
  }

  #done(read: Read | null): void {
    if (read) this.#settle()
    else this.#end(null)
    this.#read = read
    this.update()
  }

  #fail(reason: FailureReason): void {
    this.#end()
    this.#failure = new CoreFailure(reason)
    this.update()
  }

  /** The next text gets another worker, or none. */
  #end(next?: null): void {
    this.#settle()
    this.#worker?.terminate()
    this.#worker = next
  }

  #settle(): void {
    clearTimeout(this.#patience)
    clearTimeout(this.#limit)
    this.#limit = undefined
    this.slow = false
  }
}

/** null: this script is not of the page's own origin, or the page's policy forbids it. */
export function startWorker(): Worker | null {
  if (!PAGES) return null // bundled: there is no file to start
  try {
    const script = new URL('./worker.js', import.meta.url)
    const { trustedTypes } = globalThis as { trustedTypes?: { createPolicy(name: string, rules: object): { createScriptURL(url: string): string } } }
    const trusted = (policy ??= trustedTypes?.createPolicy('npm-access-doctor', { createScriptURL: () => script.href }))
    return new Worker(trusted?.createScriptURL('') ?? script, { type: 'module' })
  } catch {
    return null
  }
}

let policy: { createScriptURL(url: string): string } | undefined
