import { html, nothing, type TemplateResult } from 'lit'
import type { Reader } from '../reader.js'
import { commandsView, copyButton, fileName, prose } from './parts.js'

export function verdictView(reader: Reader): TemplateResult {
  const { mended, report } = reader.diagnosis
  const { verdict, preferred, findings } = report
  const fixes = findings.flatMap(finding => finding.fixes).filter(({ id, commands }) => preferred.includes(id) && commands)
  return html`<div class="card verdict">
    <h2>${verdict.headline}</h2>
    <p>${prose(verdict.next)}</p>
    ${
      mended.length || fixes.length
        ? html`<div class="row">
      ${mended.map((each, index) => {
        const name = fileName(reader, each)
        return copyButton(reader, `verdict ${name}`, `Copy the mended ${name}`, each.text, index === 0)
      })}
      ${
        fixes.length
          ? html`<details class="inline"><summary>Show as commands</summary>
        ${fixes.map(({ id, title, commands }) => html`<p>${prose(title)}</p>${commandsView(reader, `verdict ${id}`, commands)}`)}
      </details>`
          : nothing
      }
    </div>`
        : nothing
    }
  </div>`
}
