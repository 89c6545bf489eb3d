// Reads what is long beside the page, which stays free for whoever uses it: a lockfile, or all that was typed.
import { loadCore, type Core } from './core.js'
import { readAll, type Read } from './diagnosis.js'
import { summarize } from './lockfile.js'
import type { Input } from './report.js'

/** `ready`: the core is here, and what takes time from now on is the text. `unavailable`: it is not. */
export type Answer = { ready: true } | { unavailable: true } | { part: number } | { text: string } | { read: Read } | { failed: true }

const answer = (data: Answer): void => postMessage(data)
let core: Core | undefined

addEventListener('message', async ({ data }: MessageEvent<File | Input>) => {
  try {
    core ??= await loadCore()
  } catch {
    return answer({ unavailable: true })
  }
  answer({ ready: true })
  try {
    if (!(data instanceof File)) return answer({ read: readAll(core, data) })
    answer({ text: await summarize(core, data, part => answer({ part }), new AbortController().signal) })
  } catch {
    answer({ failed: true })
  }
})
