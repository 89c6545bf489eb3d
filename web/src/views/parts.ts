// What several views share.
import { html, nothing, type TemplateResult } from 'lit'
import type { Reader } from '../reader.js'
import type { Fix, Mended, Place } from '../report.js'

/** Words from the core: what stands in backquotes is code, and so are addresses and keys. */
export const prose = (text: string): unknown =>
  text.split(code).map((part, index) => (index % 2 ? html`<code>${part.replace(/^`|`$/g, '')}</code>` : part))

const code = /(`[^`]+`|(?:https?:)?\/\/[^\s,;)”]*[^\s,;:.)”])/

export const copyButton = (reader: Reader, id: string, label: string, text: string, main = false): TemplateResult => html`<button
    class=${main ? 'main' : nothing} @click=${() => reader.copy(id, text)}>${label}</button>${
      reader.copied === id ? html`<span class="done">✓ Copied</span>` : nothing
    }`

/** What a mended text is called: "user .npmrc", or the name of another file. */
export function fileName(reader: Reader, mended: Mended): string {
  const { kind, layer, name } = mended.source === null ? mended : reader.diagnosis.input.sources[mended.source]!
  const own = mended.source === null ? layer === 'user' || layer === 'project' : reader.boxOf(mended.source) === layer
  return kind === 'npmrc' && own ? `${layer} .npmrc` : name
}

/** A place in words; one in a box can be gone to. */
export function placeView(reader: Reader, place: Place | null): unknown {
  if (!place || 'default' in place) return nothing
  if ('environment' in place) return html`environment variable <code>${place.environment}</code>`
  if ('flag' in place) return html`<code>${place.flag}</code> in the command`
  const box = reader.boxOf(place.source)
  const source = reader.diagnosis.input.sources[place.source]
  const words = `${source?.kind === 'npmrc' && source.layer === box ? `${box} .npmrc` : source?.name}, line ${'line' in place ? place.line : place.start.line}`
  return box ? html`<button class="link" @click=${() => reader.goTo(box, place)}>${words}</button>` : words
}

const shells = { bash: 'bash', powershell: 'PowerShell', cmd: 'cmd' } as const

/** The same command for several shells is shown once. */
export function commandsView(reader: Reader, id: string, commands: Fix['commands']): unknown {
  if (!commands) return nothing
  const byText = new Map<string, string[]>()
  for (const [shell, name] of Object.entries(shells)) {
    const text = commands[shell as keyof typeof shells]
    if (text) byText.set(text, [...(byText.get(text) ?? []), name])
  }
  return [...byText].map(([text, names]) => {
    const every = byText.size === 1 ? '' : names.join(', ')
    return html`<div class="command">
      <pre tabindex="0" aria-label=${every ? `Command for ${every}` : 'Command'}>${every ? html`<b>${every}</b>\n` : nothing}${text}</pre>
      ${copyButton(reader, `${id} ${every}`, every ? `Copy for ${every}` : 'Copy the command', text)}
    </div>`
  })
}
