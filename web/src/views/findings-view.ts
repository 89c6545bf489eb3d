import { html, nothing, type TemplateResult } from 'lit'
import type { Reader } from '../reader.js'
import type { Finding, Fix } from '../report.js'
import { commandsView, placeView, prose } from './parts.js'

const adviceShown = 3

export function findingsView(reader: Reader): unknown {
  const { findings } = reader.diagnosis.report
  if (!findings.length) return nothing
  const advice = findings.filter(({ role }) => role === 'advice')
  const rest = advice.slice(adviceShown)
  return html`<div class="card">
    <h2>Findings</h2>
    ${findings.filter(finding => !rest.includes(finding)).map(finding => findingView(reader, finding))}
    ${
      rest.length
        ? html`<details class="more"><summary>${rest.length} more ${rest.length === 1 ? 'piece' : 'pieces'} of advice</summary>
      ${rest.map(finding => findingView(reader, finding))}</details>`
        : nothing
    }
  </div>`
}

/** Each rule has a page. */
function codeView(reader: Reader, code: string): TemplateResult {
  const page = reader.host.page(`rules/${code}.html`)
  return page ? html`<a class="code" href=${page} target="_blank" rel="noopener">${code}</a>` : html`<span class="code">${code}</span>`
}

const tags = { cause: 'Cause', risk: 'Risk', advice: 'Advice' } as const

const findingView = (
  reader: Reader,
  { code, role, alternative, title, message, certainty, at, fixes }: Finding
): TemplateResult => html`<article>
  <h3><span class="tag ${role}">${alternative ? 'Another way' : tags[role]}</span> ${prose(title)} ${codeView(reader, code)}</h3>
  <p>${certainty === 'likely' && role === 'cause' ? 'Likely. ' : nothing}${prose(message)} <span class="place">${placeView(reader, at)}</span></p>
  ${fixes.slice(0, 1).map(fix => fixView(reader, fix))}
  ${
    fixes.length > 1
      ? html`<details class="more"><summary>Or: ${fixes.length - 1} more</summary>
    ${fixes.slice(1).map(fix => fixView(reader, fix))}</details>`
      : nothing
  }
</article>`

const fixView = (reader: Reader, { id, title, kind, commands }: Fix): TemplateResult =>
  kind === 'edit' || kind === 'file' || kind === 'token'
    ? html`<div class="row">
        <button @click=${() => reader.apply(id)}>${title}</button>
        ${commands ? html`<details class="inline"><summary>As a command</summary>${commandsView(reader, id, commands)}</details>` : nothing}
      </div>`
    : html`<p><b>${prose(title)}</b></p>${commandsView(reader, id, commands)}`
