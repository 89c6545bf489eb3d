// The token check: the button, what came of it, and how to ask from a terminal.
import { html, nothing, type TemplateResult } from 'lit'
import type { CheckFlow } from '../check-flow.js'
import { mask } from '../mask.js'
import type { Reader } from '../reader.js'
import type { Credential, Report } from '../report.js'
import { readTerminal } from '../terminal.js'
import { isOpenToOthers } from '../token-check.js'
import { unseenValue } from '../to-input.js'
import { checkWords } from './check-words.js'
import { commandsView } from './parts.js'

export function tokenView(reader: Reader, check: CheckFlow, credential: Credential): TemplateResult {
  return html`<section class="card" aria-label="Token check">
    <h2>Token check</h2>
    <p><b>Is the token still valid?</b> Only the registry knows.</p>
    <p>${whichToken(credential, reader.diagnosis.report)}</p>
    ${
      unseen(credential)
        ? html`<p>Its value is in a variable, which this page cannot see. A terminal where that variable is set can ask:</p>${terminal(reader, credential, check)}`
        : asking(reader, check, credential)
    }
  </section>`
}

const unseen = ({ authorization }: Credential): boolean => authorization.includes(unseenValue) || authorization.includes('${')

function whichToken(credential: Credential, { token }: Report): unknown {
  const [scheme, value = ''] = credential.authorization.split(' ')
  const name = unseen(credential) ? 'The token' : scheme === 'Basic' ? 'A user name and password' : html`Token <code>${mask(value)}</code>`
  const created = token?.created ? `, made on ${when(token.created)} UTC (the token itself says so)` : ''
  const expires = token?.expires ? `, valid until ${when(token.expires)} UTC (the token itself says so)` : ''
  const { known } = credential
  if (!known) return html`${name}${created}${expires}`
  if (known.whoami !== 'workspace') return html`${name}${created}${expires}, for <a href=${known.page} target="_blank" rel="noopener noreferrer">${known.name}</a>`
  return html`${name}${created}${expires}: is it among your
    <a href=${known.page} target="_blank" rel="noopener noreferrer">active access tokens in Bytesafe</a>?
    If not, <a href="https://docs.bytesafe.dev/authentication/" target="_blank" rel="noopener noreferrer">log in again</a>.`
}

/** A token may say anything: of a year that no calendar here has, what it says is shown. */
const when = (time: string): string => {
  const parsed = new Date(time)
  return Number.isNaN(parsed.getTime()) ? time : date.format(parsed)
}

const date = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC'
})

function asking(reader: Reader, check: CheckFlow, credential: Credential): TemplateResult {
  const { state } = check
  const { host } = new URL(credential.registry)
  const openIt = reader.host.page('docs/cors.html')
  const busy = state.step === 'asking'
  const outcome = state.step === 'done' ? state.result.outcome : null
  const byPackage = state.step === 'done' && outcome !== null && (outcome === 'not-found' || state.result.package !== undefined)
  return html`
    <div role="status">${state.step === 'done' ? result(...checkWords(state.result, host, credential.known), state.result.outcome) : busy ? `Asking ${host} …` : nothing}</div>
    ${
      state.step === 'confirm'
        ? html`<p>${
            isOpenToOthers(credential.registry)
              ? html`This registry’s address begins with <code>http:</code>, so anybody on the way to ${host} could read the token.`
              : `The token will be sent to ${host}, and to nobody else.`
          }</p>
          <div class="row"><button class="main" @click=${(event: Event) => check.ask(event, credential, { confirmed: true, packageName: state.packageName })}>${isOpenToOthers(credential.registry) ? 'Send it all the same' : `Send it to ${host}`}</button>
            <button @click=${() => check.cancel()}>Cancel</button></div>`
        : html`<div class="row"><button class="main" aria-disabled=${busy || check.wait > 0} @click=${(event: Event) => check.ask(event, credential)}>Check the token with ${host}</button>
          ${busy ? html`<button @click=${() => check.cancel()}>Cancel</button>` : nothing}
          ${check.wait ? html`<span class="hint">It may be asked again in ${check.wait} s</span>` : nothing}</div>`
    }
    ${outcome === 'blocked' && openIt ? html`<p>Do you run this registry? <a href=${openIt} target="_blank" rel="noopener">Let web pages ask it</a>.</p>` : nothing}
    ${byPackage ? forPackage(check, credential) : nothing}
    <details class="more" ?open=${state.step === 'done' && state.inTerminal}><summary>Check it in a terminal instead</summary>${terminal(reader, credential, check)}</details>`
}

/** A registry that does not say whose a token is may be asked for a package. No form: a script can submit one as if a person had. */
function forPackage(check: CheckFlow, credential: Credential): TemplateResult {
  const ask = (event: Event): void => {
    const input = (event.currentTarget as HTMLElement).closest('.ask')!.querySelector('input')!
    if (!input.reportValidity()) return
    check.ask(event, credential, { packageName: input.value })
  }
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') ask(event)
  }
  return html`<div class="row ask">
    <label>Name of a private package <input required pattern=${packageName} placeholder="@scope/name"
      autocomplete="off" autocapitalize="off" spellcheck="false" @keydown=${onKey}></label>
    <button @click=${ask}>Ask for this package</button></div>`
}

const packageName = '(@[a-z0-9~\\-][a-z0-9._~\\-]*/)?[a-z0-9~\\-][a-z0-9._~\\-]*'

const tones: Partial<Record<string, string>> = { valid: 'good', unauthorized: 'bad', anonymous: 'bad', forbidden: 'bad' }

const result = (headline: string, next: string, outcome: string): TemplateResult =>
  html`<div class="outcome ${tones[outcome] ?? 'note'}"><b>${headline}</b><p>${next}</p></div>`

function terminal(reader: Reader, credential: Credential, check: CheckFlow): TemplateResult {
  const { registry } = credential
  const url = quotable(registry)
  const npm = `npm whoami --registry="${url}"`
  return html`
    <p>With npm and the mended file:</p>
    ${commandsView(reader, 'whoami', { bash: npm, powershell: npm, cmd: npm })}
    <p>Without npm; it asks for the token, so that it stands neither in the command nor in its history:</p>
    ${commandsView(reader, 'curl', {
      bash: `read -rsp 'Token: ' token && printf 'header = "Authorization: Bearer %s"' "$token" | curl -i --config - "${url}-/whoami"`,
      powershell: `$token = [Net.NetworkCredential]::new('', (Read-Host Token -AsSecureString)).Password; Invoke-RestMethod "${url}-/whoami" -Headers @{ Authorization = "Bearer $token" }`,
      cmd: ''
    })}
    ${printed(reader, credential, check)}`
}

/** What the terminal printed says the same as an answer to us. It is read as it is pasted, and not kept. */
function printed(reader: Reader, credential: Credential, check: CheckFlow): TemplateResult {
  const read = (event: Event): void => {
    const text = (event.target as HTMLTextAreaElement).value.trim()
    const result = readTerminal(text)
    if (result && result !== 'no-token') check.told(credential, result)
    reader.note(result === 'no-token' ? noToken : result || !text ? '' : unclear)
  }
  return html`<label class="field">What the terminal printed
    <textarea rows="3" autocomplete="off" autocapitalize="off" autocorrect="off" spellcheck="false" @input=${read}></textarea></label>
    <p class="hint" role="status">${reader.noted}</p>`
}

const noToken = 'npm found no token to send (ENEEDAUTH). That says nothing of the token: use the mended file there, then ask again.'
const unclear = 'Nothing in it tells whether the token is valid. Paste all that was printed.'

/** An address that no shell reads anything into, between double quotes. */
const quotable = (registry: string): string => registry.replace(/[$\`!]/g, character => `%${character.charCodeAt(0).toString(16)}`)
