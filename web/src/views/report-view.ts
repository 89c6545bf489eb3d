// The report, most important first.
import { nothing } from 'lit'
import type { Reader } from '../reader.js'
import { clientsView } from './clients-view.js'
import { findingsView } from './findings-view.js'
import { mendedView } from './mended-view.js'
import { pathView } from './path-view.js'
import { questionsView } from './questions-view.js'
import { supportView } from './support-view.js'
import { variablesView } from './variables-view.js'
import { verdictView } from './verdict-view.js'

const views = {
  questions: questionsView,
  check: reader => (reader.check && reader.credential && reader.tokenView ? reader.tokenView(reader, reader.check, reader.credential) : nothing),
  path: pathView,
  findings: findingsView,
  mended: mendedView,
  clients: clientsView,
  variables: variablesView,
  support: supportView
} satisfies Record<string, (reader: Reader) => unknown>

type Section = keyof typeof views

// Where the token is sent, whether it is valid is what is left to ask.
const sent: readonly Section[] = ['questions', 'check', 'path', 'findings', 'mended', 'clients', 'variables', 'support']
const notSent: readonly Section[] = ['questions', 'path', 'findings', 'mended', 'check', 'clients', 'variables', 'support']

export function reportView(reader: Reader): unknown[] {
  const { state } = reader.diagnosis.report.verdict
  const order = state === 'not-sent' || state === 'unknown' ? notSent : sent
  return [verdictView(reader), ...order.map(name => (reader.host.shows(name) ? views[name](reader) : nothing))]
}
