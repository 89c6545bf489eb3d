// A lockfile of any length → what is left of it: a row a registry. It is read in slices, so that it is never in memory as a whole.
import type { Core, Download } from './core.js'

const sliceBytes = 4 * 1024 * 1024

export interface Progress {
  (part: number): void
}

export async function summarize(core: Core, file: File, progress: Progress, signal: AbortSignal): Promise<string> {
  const decoder = new TextDecoder()
  const found = new Map<string, Download>()
  let rest = ''
  let lines = 0
  for (let at = 0; at < file.size; at += sliceBytes) {
    signal.throwIfAborted()
    const last = at + sliceBytes >= file.size
    const text = rest + decoder.decode(await file.slice(at, at + sliceBytes).arrayBuffer(), { stream: !last })
    // JSON without line ends is cut behind an object.
    const end = last ? text.length : text.lastIndexOf('\n') + 1 || text.lastIndexOf('}') + 1
    const whole = text.slice(0, end)
    for (const download of core.downloads(whole)) {
      const known = found.get(download.registry)
      if (!known) found.set(download.registry, { ...download, line: download.line + lines })
      else found.set(download.registry, { ...known, count: known.count + download.count, credential: known.credential || download.credential })
    }
    lines += whole.split('\n').length - 1
    rest = text.slice(end)
    progress(Math.min(1, (at + sliceBytes) / file.size))
  }
  const rows = [...found.values()].map(
    ({ registry, count, name, version, url, line, credential }) => `${count} ${registry} line ${line} ${name}@${version} ${url}${credential ? ' credential' : ''}\n`
  )
  return `# Packages by registry, of ${file.name.replace(/\s/g, ' ')} (${lines + 1} lines)\n${rows.join('')}`
}
