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

export function reportView(reader: Reader): unknown[] {
  const { state } = reader.diagnosis.report.verdict
  const { check, credential, tokenView } = reader
  const token = check && credential && tokenView ? tokenView(reader, check, credential) : nothing
  // Where the token is sent, whether it is valid is what is left to ask.
  const tokenFirst = state !== 'not-sent' && state !== 'unknown'
  return [
    verdictView(reader),
    questionsView(reader),
    tokenFirst ? token : nothing,
    pathView(reader),
    findingsView(reader),
    mendedView(reader),
    tokenFirst ? nothing : token,
    clientsView(reader),
    variablesView(reader),
    supportView(reader)
  ]
}
