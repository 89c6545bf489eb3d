// A long lockfile being read: in a worker on our own origin, elsewhere in slices between which the page breathes.
import { html, type TemplateResult } from 'lit'
import { limit, startWorker } from './beside.js'
import type { Core } from './core.js'
import { summarize } from './lockfile.js'
import type { Answer } from './worker.js'

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
      let silence: ReturnType<typeof setTimeout> | undefined
      worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
        clearTimeout(silence)
        if ('text' in data) return resolve(data.text)
        if ('failed' in data || 'unavailable' in data) return reject(new Error('the worker could not read it'))
        silence = setTimeout(reject, limit)
        if ('part' in data) this.#progress(data.part)
      })
      worker.postMessage(this.file)
    })
  }

  #progress = (part: number): void => {
    this.#part = part
    this.update()
  }
}
