import { html, nothing, type TemplateResult } from 'lit'
import type { Reader } from '../reader.js'
import { supportText } from '../support-text.js'
import { copyButton } from './parts.js'

/** Shown before it is copied. */
export function supportView(reader: Reader): TemplateResult {
  const text = supportText(reader.diagnosis.report, reader.check?.checked?.tokenCheck, reader.readAt)
  return html`<details class="card" @toggle=${(event: Event) => reader.share((event.target as HTMLDetailsElement).open)}><summary>Ask for help with this</summary>
    <p>For an issue, a ticket or a colleague. Tokens are shortened, and your files are not in it.</p>
    <pre tabindex="0" aria-label="What is copied">${text}</pre>
    <div class="row">${copyButton(reader, 'support', 'Copy it', text)}</div>
    ${reader.sharing?.view() ?? nothing}
  </details>`
}
