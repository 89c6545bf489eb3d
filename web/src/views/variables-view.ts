// Environment variables that the person knows of, beyond those that are asked about.
import { html, type TemplateResult } from 'lit'
import type { Reader } from '../reader.js'

/** A value may be a secret: it stands in its box and in the inputs, and is shown nowhere. */
export function variablesView(reader: Reader): TemplateResult {
  const tell = (event: Event, set: boolean): void => {
    const form = (event.currentTarget as HTMLElement).closest('form')!
    if (!form.reportValidity()) return
    const [name, value] = ['name', 'value'].map(field => (form.elements.namedItem(field) as HTMLInputElement).value)
    reader.answer(name!.trim(), set && (value || true))
    form.reset()
  }
  return html`<details class="card"><summary>Variables where it runs</summary>
    <form @submit=${(event: Event) => (event.preventDefault(), tell(event, true))}>
      <p>A shell or a CI may set <code>npm_config_registry</code>, <code>NPM_CONFIG_USERCONFIG</code>, <code>NPM_TOKEN</code> and the like. Tell those that you know of; a value is needed only where it is an address or a path.</p>
      <p><label>Name <input name="name" required pattern="\\S+" autocomplete="off" autocapitalize="off" spellcheck="false"></label></p>
      <p><label>Value, if you like <input name="value" autocomplete="off" autocapitalize="off" spellcheck="false"></label></p>
      <div class="row">
        <button>It is set</button>
        <button type="button" @click=${(event: Event) => tell(event, false)}>It is not set</button>
      </div>
    </form>
  </details>`
}
