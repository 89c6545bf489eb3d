// A long lockfile being read: in a worker on our own origin, elsewhere in slices between which the page breathes.
import { html, type TemplateResult } from 'lit'
import type { Core } from './core.js'
import { summarize } from './lockfile.js'

export class Reading {
  #cancel = new AbortController()
  #part = 0

  constructor(
    private readonly file: File,
    private readonly update: () => void
  ) {}

  view(): TemplateResult {
    return html`<div class="row"><label>Reading <bdi>${this.file.name}</bdi> <progress max="1" .value=${this.#part}></progress></label>
      <button @click=${() => this.#cancel.abort()}>Cancel reading</button></div>`
  }

  /** null: cancelled. Rejects where it cannot be read. */
  async text(core: Core): Promise<string | null> {
    const worker = startWorker()
    try {
      return await (worker ? this.#inWorker(worker) : summarize(core, this.file, this.#progress, this.#cancel.signal))
    } catch (error) {
      if (this.#cancel.signal.aborted) return null
      throw error
    } finally {
      worker?.terminate()
    }
  }

  #inWorker(worker: Worker): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#cancel.signal.addEventListener('abort', reject)
      worker.addEventListener('error', reject)
      worker.addEventListener('message', ({ data }: MessageEvent<{ part?: number; text?: string; failed?: true }>) => {
        if (data.text !== undefined) resolve(data.text)
        else if (data.failed) reject(new Error('the worker could not read it'))
        else this.#progress(data.part!)
      })
      worker.postMessage(this.file)
    })
  }

  #progress = (part: number): void => {
    this.#part = part
    this.update()
  }
}

/** null: this script is not of the page's own origin, or the page's policy forbids it. */
function startWorker(): Worker | null {
  if (!PAGES) return null // bundled: there is no file to start
  try {
    const script = new URL('./lockfile-worker.js', import.meta.url)
    const { trustedTypes } = globalThis as { trustedTypes?: { createPolicy(name: string, rules: object): { createScriptURL(url: string): string } } }
    const trusted = (policy ??= trustedTypes?.createPolicy('npm-access-doctor', { createScriptURL: () => script.href }))
    return new Worker(trusted?.createScriptURL('') ?? script, { type: 'module' })
  } catch {
    return null
  }
}

let policy: { createScriptURL(url: string): string } | undefined
