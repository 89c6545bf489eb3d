// A paste that holds several things, or one that belongs into another box: what goes where.
import type { SourceKind } from './report.js'

export type Sorted = Partial<Record<'version' | 'user' | 'project' | 'failing', string>>

/** null: it is one text of one kind, and stays where it was pasted. */
export function sorted(text: string, recognize: (text: string) => SourceKind): Sorted | null {
  const whole = text.trim()
  if (onlyVersion.test(whole)) return { version: whole }
  const parts = transcript(whole)
  if (parts) return parts
  return recognize(whole) === 'log' ? { failing: text } : null
}

const onlyVersion = /^(?:(?:npm|yarn|pnpm|bun)[ /@]v?)?v?\d+\.\d+\.\d+(?:-[\w.]+)?$/
// A lone "#" begins a comment.
const prompt = /^(?:PS [^>]*>|[A-Za-z]:\\[^>]*>|[^\s=:]*[@:~][^\s=]*\s*[$#%❯➜]|[$%❯➜])\s*(?=\S)/
const shows = /^(?:cat|type|more|less|bat|Get-Content|gc)\s.*npmrc/i
const asksVersion = /^(npm|yarn|pnpm|bun)(?:\.cmd|\.exe)?\s+(?:--version|-v|version)$/
const client = /^(?:npm|npx|yarn|pnpm|bunx?)(?:\.cmd|\.exe)?(?:\s|$)/
const atHome = /~|\$HOME|%USERPROFILE%|\$env:USERPROFILE|\/home\/|\/Users\/|\\Users\\|\/root\//i

/** Commands behind a prompt, each with what it printed. */
function transcript(text: string): Sorted | null {
  const sections: { command: string; line: string; body: string[] }[] = []
  for (const line of text.split(/\r?\n/)) {
    const command = prompt.test(line) ? line.replace(prompt, '').trim() : ''
    if (shows.test(command) || client.test(command)) sections.push({ command, line: line.trim(), body: [] })
    else sections.at(-1)?.body.push(line)
  }
  const out: Sorted = {}
  let kinds = 0
  for (const { command, line, body } of sections) {
    const printed = body.join('\n').trim()
    const version = asksVersion.exec(command)?.[1]
    if (shows.test(command)) out[atHome.test(command) ? 'user' : 'project'] = `${printed}\n`
    else if (version) out.version = version === 'npm' ? printed : `${version} ${printed}`
    else out.failing = `${line}\n${printed}\n`
    if (version || shows.test(command)) kinds++
  }
  return kinds ? out : null
}
