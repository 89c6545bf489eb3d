import { html, nothing, type TemplateResult } from 'lit'
import type { Reader } from '../reader.js'
import { commandsView, copyButton, fileName, prose } from './parts.js'

/** The registry that the page around is about, where nothing leads to it. */
function missed(reader: Reader): unknown {
  const registry = reader.host.registry()
  if (!registry || !URL.canParse(registry)) return nothing
  const { host } = new URL(registry)
  const leads = reader.diagnosis.report.requests.some(({ url }) => URL.canParse(url) && new URL(url).host === host)
  return leads ? nothing : html`<p>Nothing of this goes to ${host}, which this page is about: a line <code>registry=${registry}</code>, or one for a scope, would lead there.</p>`
}

export function verdictView(reader: Reader): TemplateResult {
  const { mended, report } = reader.diagnosis
  const { verdict, preferred, findings } = report
  const fixes = findings.flatMap(finding => finding.fixes).filter(({ id, commands }) => preferred.includes(id) && commands)
  return html`<div class="card verdict" part="verdict">
    <h2>${verdict.headline}</h2>
    <p>${prose(verdict.next)}</p>
    ${missed(reader)}
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
