// Reads a long lockfile beside the page, which stays free for whoever uses it.
import { loadCore } from './core.js'
import { summarize } from './lockfile.js'

addEventListener('message', async ({ data: file }: MessageEvent<File>) => {
  try {
    const core = await loadCore()
    const text = await summarize(core, file, part => postMessage({ part }), new AbortController().signal)
    postMessage({ text })
  } catch {
    postMessage({ failed: true })
  }
})
