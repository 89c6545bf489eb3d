// What only the person knows.
import { html, nothing, type TemplateResult } from 'lit'
import type { Reader } from '../reader.js'
import { prose } from './parts.js'

const isVariable = (id: string): boolean => /^[A-Za-z_]\w*$/.test(id)

export function questionsView(reader: Reader): unknown {
  const { questions } = reader.diagnosis.report
  const answers = Object.entries(reader.inputs.answers)
  if (!questions.length && !answers.length) return nothing
  return html`<div class="card">
    <h2>${questions.length ? 'What only you know' : 'What you told'}</h2>
    ${questions.map(question => questionView(reader, question))}
    ${answers.map(
      ([name, set]) => html`<div class="row"><span><code>${name}</code> is ${set ? '' : 'not '}set</span>
      <button aria-label="Take back the answer about ${name}" @click=${() => reader.answer(name, null)}>Take back</button></div>`
    )}
  </div>`
}

const questionView = (
  reader: Reader,
  { id, text }: { id: string; text: string }
): TemplateResult => html`<p id="question-${id}">${prose(text)}</p>
  <div class="row" role="group" aria-labelledby="question-${id}">
    ${
      isVariable(id)
        ? html`<button @click=${() => reader.answer(id, true)}>Yes</button><button @click=${() => reader.answer(id, false)}>No</button>`
        : html`<button @click=${() => reader.focus('version')}>Type the version</button>`
    }
  </div>`
