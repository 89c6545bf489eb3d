import { html, nothing, type TemplateResult } from 'lit'
import type { Reader } from '../reader.js'
import type { RequestOutcome } from '../report.js'

const words: Record<RequestOutcome, readonly [tone: string, text: string]> = {
  usable: ['y', '✓ yes'],
  none: ['n', '✕ no'],
  unusable: ['n', '✕ not usable'],
  unknown: ['', '? not known']
}

export function clientsView(reader: Reader): unknown {
  const { clients } = reader.diagnosis.report
  if (!clients.length) return nothing
  return html`<div class="card">
    <h2>Which clients would send it</h2>
    <table>
      <thead><tr><th scope="col">Client</th><th scope="col">Package data</th><th scope="col">Downloads</th><th scope="col">Publish</th></tr></thead>
      <tbody>${clients.map(
        ({ name, from, to, packument, tarball, publish }) => html`<tr>
        <th scope="row">${name} ${range(from, to)}</th>${cell(packument)}${cell(tarball)}${cell(publish)}</tr>`
      )}</tbody>
    </table>
  </div>`
}

const cell = (outcome: RequestOutcome): TemplateResult => html`<td class=${words[outcome][0]}>${words[outcome][1]}</td>`

// `to` is the first release that does otherwise.
const range = (from: string, to: string | null): string => (to ? `${from} to before ${to}` : `${from} and later`)
