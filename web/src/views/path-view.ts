// What the client does with the file, step by step.
import { html, nothing, svg, type TemplateResult } from 'lit'
import type { Reader } from '../reader.js'
import type { Place, Report, Request } from '../report.js'
import { placeView, prose } from './parts.js'
import { unseenValue } from '../to-input.js'
import { mask } from '../mask.js'

export function pathView(reader: Reader): unknown {
  const { report } = reader.diagnosis
  const request = decidingRequest(report)
  if (!request) return nothing
  // The core tells the registry first and what is sent last; in between it may look in many places.
  const [registry, ...rest] = request.trace
  const last = rest.pop()
  const found = rest.find(({ at }) => at) ?? rest[0]
  const sends = request.outcome === 'usable' || request.outcome === 'unknown'
  const stations: [string, Tone, unknown][] = [
    ['Registry in use', 'ok', registry && step(reader, registry)],
    [
      'Looks for the token',
      sends ? 'ok' : 'no',
      html`${found && step(reader, found)}
      ${rest.length > 1 ? html`<div class="place">(${rest.length} steps, all below)</div>` : nothing}`
    ],
    ['Sends', sends ? 'ok' : request.outcome === 'unusable' ? 'no' : 'off', html`${sent(request)} ${request.outcome === 'unusable' && last ? prose(last.text) : nothing}`],
    ['Registry answers', ...answer(report, request)]
  ]
  return html`<div class="card">
    <h2>What ${report.client.name} does with ${reader.diagnosis.input.sources.length > 1 ? 'these files' : 'this file'}</h2>
    <ol class="path">
      ${stations.map(([title, tone, content], i) => html`<li class=${tone}>${i ? way(stations[i - 1]![1], tone) : nothing}<b>${title}</b>${content}</li>`)}
    </ol>
    <details class="more"><summary>Step by step</summary>
      <ol>${request.trace.map(each => html`<li>${step(reader, each)}</li>`)}</ol>
    </details>
    ${
      report.requests.length > 1
        ? html`<details class="more"><summary>All ${report.requests.length} requests</summary>
      <ul>${report.requests.map(each => html`<li><code>${each.method} ${each.url}</code>: ${sent(each)}</li>`)}</ul>
    </details>`
        : nothing
    }
  </div>`
}

type Tone = 'ok' | 'no' | 'off'

/** The way from one station to the next: an arrow, broken where nothing goes on from a station that failed. Its words are the stations’. */
const way = (from: Tone, to: Tone): TemplateResult => {
  const broken = from === 'no' && to === 'off'
  return html`<svg class=${broken ? 'broken' : to} viewBox="0 0 24 24" aria-hidden="true">${
    broken ? svg`<path d="M0 12h5M19 12h5M8 8l8 8M16 8l-8 8"/>` : svg`<path d="M2 12h19M15 6l6 6-6 6"/>`
  }</svg>`
}

const step = (reader: Reader, { text, at }: Request['trace'][number]): TemplateResult =>
  html`${prose(text)} <span class="place">${placeView(reader, at)}</span>`

function sent({ authorization }: Request): unknown {
  if (!authorization) return 'no Authorization header'
  const { scheme, token } = authorization
  return token === mask(unseenValue) ? html`<code>${scheme}</code> and the variable’s value` : html`<code>${scheme} ${token}</code>`
}

function answer({ verdict, stopped, client }: Report, { trace }: Request): [Tone, unknown] {
  if (stopped) return ['no', html`is not asked: ${client.name} stops${stopped.code || stopped.message ? html` with <code>${stopped.code || stopped.message}</code>` : ''}`]
  switch (verdict.state) {
    case 'accepted':
      return ['ok', 'the token is valid']
    case 'refused':
      return ['no', 'the token is not valid']
    case 'not-sent':
      // The public registry does not know private packages.
      return ['off', trace[0]?.at && 'default' in trace[0].at ? '404 Not Found' : '401 Unauthorized']
    default:
      return ['off', 'not known yet']
  }
}

/** The one that the first cause speaks of; else the first that fares as the verdict says. */
function decidingRequest({ requests, findings, verdict }: Report): Request | undefined {
  const cause = findings.find(finding => finding.role === 'cause')?.at
  const failing = verdict.state === 'not-sent' ? requests.filter(({ outcome }) => outcome === 'none' || outcome === 'unusable') : requests
  return (
    (cause && failing.find(({ trace }) => trace.some(({ at }) => at && sameLine(at, cause)))) ??
    failing.find(({ outcome }) => outcome !== 'none') ??
    failing[0] ??
    requests[0]
  )
}

const sameLine = (a: Place, b: Place): boolean => 'source' in a && 'source' in b && a.source === b.source && lineOf(a) === lineOf(b)

const lineOf = (place: Extract<Place, { source: number }>): number => ('line' in place ? place.line : place.start.line)
