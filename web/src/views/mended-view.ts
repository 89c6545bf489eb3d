// The mended files as differences, masked; what is copied is not.
import { html, nothing, type TemplateResult } from 'lit'
import { diffLines, type DiffLine } from '../diff.js'
import { maskText } from '../mask.js'
import type { Reader } from '../reader.js'
import type { Mended } from '../report.js'
import { copyButton, fileName } from './parts.js'

export const mendedView = (reader: Reader): unknown => reader.diagnosis.mended.map(mended => fileView(reader, mended))

function fileView(reader: Reader, mended: Mended): TemplateResult {
  const name = fileName(reader, mended)
  const before = mended.source === null ? '' : reader.diagnosis.input.sources[mended.source]!.text
  const { name: path } = mended.source === null ? mended : reader.diagnosis.input.sources[mended.source]!
  const file = path.split(/[\\/]/).pop()!
  const box = mended.source === null ? reader.emptyBoxFor(mended.kind, mended.layer) : reader.boxOf(mended.source)
  const token = /YOUR_TOKEN|YOURTOKENBASE64=/.exec(mended.text)?.[0]
  return html`<section class="card" aria-label="Mended ${name}">
    <h2>${mended.source === null ? 'New' : 'Mended'} ${name}</h2>
    <pre class="diff" tabindex="0" aria-label="What changes">${diffLines(before, mended.text).map(line)}</pre>
    ${token ? html`<p>Put your new token${token.endsWith('=') ? ', encoded in base64,' : ''} where <code>${token}</code> stands.</p>` : nothing}
    <div class="row">
      ${copyButton(reader, name, `Copy the mended ${name}`, mended.text)}
      <button @click=${() => reader.save(file, mended.text)}>Download it</button>${
        reader.copied === `saved ${file}` ? html`<span class="done">✓ Saved. It has to be called <code>${file}</code>: your browser may have changed that.</span>` : nothing
      }
      ${box ? html`<button @click=${() => reader.put(box, mended.text)}>Put it into the box</button>` : nothing}
    </div>
  </section>`
}

function line({ kind, text }: DiffLine): TemplateResult {
  const shown = maskText(text)
  switch (kind) {
    case 'del':
      return html`<del>- ${shown}\n</del>`
    case 'add':
      return html`<ins>+ ${shown}\n</ins>`
    case 'same':
      return html`<span>  ${shown}\n</span>`
  }
}
