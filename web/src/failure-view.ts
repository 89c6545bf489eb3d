// What the page says when it cannot read anything.
import { html, nothing, type TemplateResult } from 'lit'
import type { FailureReason } from './core.js'

const words: Record<FailureReason, readonly [headline: string, next: string]> = {
  unsupported: [
    'This browser cannot run the diagnosis',
    'It needs WebAssembly, which this browser does not have or has switched off. Open this page in a current Firefox, Chrome, Edge or Safari.'
  ],
  blocked: [
    'A policy keeps the diagnosis from running',
    "WebAssembly is forbidden here: by the site that shows this page (its Content-Security-Policy needs script-src 'wasm-unsafe-eval'), by your organisation or by a browser extension. Try another browser, or ask whoever runs the site."
  ],
  network: ['A part of this page did not arrive', 'What you typed is kept. Look at your connection, then try again.'],
  endless: [
    'This text takes too long to read',
    'That is a fault of this page, not of your file. After 10 seconds the diagnosis was ended. What you typed is kept: change something and it reads again.'
  ],
  crashed: [
    'The diagnosis stopped at this text',
    'That is a fault of this page, not of your file. What you typed is kept, and the diagnosis has been started afresh: change something and it reads again.'
  ]
}

/** Instead of a text, without which the others can still be read. */
export interface Without {
  label: string
  read(): void
}

/** `directive`: of the policy of the site that shows this page, where that is what forbids it. */
export const failureView = (reason: FailureReason, retry: () => void, directive?: string, without: Without[] = []): TemplateResult => html`<div class="card verdict">
  <h2>${directive ? words.blocked[0] : words[reason][0]}</h2>
  <p>${directive ? html`The Content-Security-Policy of the site that shows this page lacks <code>${directive} ${new URL(import.meta.url).origin}</code>.` : words[reason][1]}</p>
  ${reason !== 'network' && without.length > 1 ? html`<div class="row">${without.map(({ label, read }) => html`<button @click=${read}>Read it without “${label}”</button>`)}</div>` : nothing}
  ${reason === 'network' ? html`<div class="row"><button class="main" @click=${retry}>Try again</button></div>` : nothing}
</div>`
