// The text boxes. A file's box has a layer of marks under the text, which also gives the box its height.
import { html, nothing, type TemplateResult } from 'lit'
import type { Field } from './inputs.js'
import type { MarkedLine } from './marks.js'

export interface BoxOptions {
  field: Field
  label: string
  hint: unknown
  rows?: number
  /** Shown where nothing is typed. */
  example?: unknown
  onInput(event: Event): void
}

export const plainBox = (options: BoxOptions): TemplateResult => html`<div class="field">${heading(options)}${area(options)}</div>`

/** Without `lines` it scrolls by itself. */
export const fileBox = (options: BoxOptions, lines: MarkedLine[] | null): TemplateResult => html`<div class="field" data-field=${options.field}>
  ${heading(options)}
  <div class=${lines ? 'editor' : 'editor long'}>
    <div class="gutter" aria-hidden="true">${lines?.map(({ tone }) => html`<div class=${tone ?? nothing}></div>`)}</div>
    <div class="layer" aria-hidden="true">${lines?.map(line)}</div>
    ${area(options)}
  </div>
</div>`

const heading = ({ field, label, hint }: BoxOptions): TemplateResult =>
  html`<label for=${field}>${label}</label> <span class="hint" id="${field}-hint">${hint}</span>`

const area = ({ field, rows = 1, example, onInput }: BoxOptions): TemplateResult => html`<textarea
  id=${field} name=${field} rows=${rows} placeholder=${example ?? nothing} aria-describedby="${field}-hint" autocomplete="off" autocapitalize="off"
  autocorrect="off" spellcheck="false" data-gramm="false" @input=${onInput}></textarea>`

const line = ({ tone, parts }: MarkedLine): TemplateResult =>
  html`<div class=${tone ?? nothing}>${parts.map(part => (part.tone ? html`<u class=${part.tone}>${part.shape}</u>` : part.shape))}</div>`
