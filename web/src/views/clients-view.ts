import { html, nothing, type TemplateResult } from 'lit'
import type { Reader } from '../reader.js'
import type { Report, RequestOutcome } from '../report.js'

const words: Record<RequestOutcome, readonly [tone: string, text: string]> = {
  usable: ['y', '✓ yes'],
  none: ['n', '✕ no'],
  unusable: ['n', '✕ not usable'],
  unknown: ['', '? not known']
}

export function clientsView(reader: Reader): unknown {
  const { clients, client } = reader.diagnosis.report
  if (!clients.length) return nothing
  // The reader's own client, and of the others what one would install today.
  const near = clients.filter(({ name, to }) => name === client.name || to === null)
  const page = reader.host.page('clients.html')
  return html`<div class="card">
    <h2>Which clients would send it</h2>
    ${table(near)}
    ${near.length < clients.length ? html`<details class="more"><summary>All releases of all clients</summary>${table(clients)}</details>` : nothing}
    ${page ? html`<p class="hint"><a href=${page} target="_blank" rel="noopener">What each client was seen to send</a></p>` : nothing}
  </div>`
}

const table = (ranges: Report['clients']): TemplateResult => html`<table>
  <thead><tr><th scope="col">Client</th><th scope="col">Package data</th><th scope="col">Downloads</th><th scope="col">Publish</th></tr></thead>
  <tbody>${ranges.map(
    ({ name, from, to, packument, tarball, publish }) => html`<tr>
    <th scope="row">${name} ${range(from, to)}</th>${cell(packument)}${cell(tarball)}${cell(publish)}</tr>`
  )}</tbody>
</table>`

const cell = (outcome: RequestOutcome): TemplateResult => html`<td class=${words[outcome][0]}>${words[outcome][1]}</td>`

// `to` is the first release that does otherwise.
const range = (from: string, to: string | null): string => (to ? `${from} to before ${to}` : `${from} and later`)
