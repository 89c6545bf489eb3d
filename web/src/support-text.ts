// What one can paste into an issue or a ticket. Made from the report alone, which holds no secret; the files stay here.
import type { Report, TokenCheck } from './report.js'

const sent = { usable: 'sent', none: 'not sent', unusable: 'sent, but no registry accepts it', unknown: 'not known' } as const

/** One line, whatever stands in it, so that nothing of it becomes a heading or a list. */
const line = (text: string): string => text.replace(/\s+/g, ' ').trim()
const code = (text: string): string => `\`${line(text).replaceAll('`', "'")}\``

export function supportText(report: Report, check: TokenCheck | undefined, now: Date): string {
  const { client, verdict, log, requests, findings, stopped } = report
  const facts = [
    `Client: ${client.name} ${client.version ?? ''}${client.assumed ? ' (assumed)' : ''}`,
    `Read at: ${now.toISOString()}`,
    log?.command && `Command: ${code(log.command)}`,
    log && `Error: ${[log.status, log.code, log.reason && code(log.reason), log.url && code(log.url)].filter(Boolean).join(' ')}`,
    check && `Token check: ${check.outcome}${check.status ? `, HTTP ${check.status}` : ''}, ${code(check.registry)}`,
    stopped?.message && `Stops: ${line(stopped.message)}`
  ].filter(Boolean)
  return `### ${line(verdict.headline)}

${line(verdict.next)}

${facts.map(fact => `- ${fact}`).join('\n')}

${requests.map(({ method, url, outcome, authorization }) => `- ${code(`${method} ${url}`)}: token ${sent[outcome]}${authorization ? `, ${code(`${authorization.scheme} ${authorization.token}`)}` : ''}`).join('\n')}

${findings.map(({ code: rule, role, title, message }) => `- **${rule}** (${role}) ${line(title)}. ${line(message)}`).join('\n')}
`
}
