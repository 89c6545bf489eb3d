import { adoptStyles, html, LitElement, nothing, unsafeCSS, type PropertyValues, type TemplateResult } from 'lit'
import { fileBox, plainBox, type BoxOptions } from './box-view.js'
import type { Core, FailureReason } from './core.js'
import { failureView } from './failure-view.js'
import { whereItIs } from './help-view.js'
import { isEmpty, nothingTyped, type Box, type Field, type Inputs } from './inputs.js'
import { isTooLong, markLines } from './marks.js'
import type { Reader } from './reader.js'
import type { ClientName, Report, TokenCheck } from './report.js'
import styles from './styles/element.css'

const clients: readonly (ClientName | null)[] = [null, 'npm', 'yarn', 'pnpm', 'bun']

/** Screen readers hear the verdict once the typing has paused. */
const pause = 1000

const frame = (): Promise<number> => new Promise(requestAnimationFrame)

/** The event that tells of a policy comes a little after the failure that it explains. */
const policyEventDelay = 50

/** How near the viewport the element has to come for the rest of it to load. */
const near = '100%'

/**
 * Tells why an npm client is denied access.
 *
 * @slot heading - a heading above it all
 * @slot support - a vendor's own words at the end of a diagnosis: whom to ask
 * @fires diagnosis - the report (it holds no secret), whenever there is a new one
 * @fires tokencheck - what a registry said of the token: registry, outcome, status
 */
export class NpmAccessDoctor extends LitElement {
  static override styles = unsafeCSS(styles)
  static override properties = {
    registry: {},
    client: {},
    profile: {},
    theme: { reflect: true },
    sections: {},
    compact: { type: Boolean, reflect: true },
    pages: {}
  }

  /** The registry that the page around it is about: it is shown in the boxes' examples, and missed in files that do not name it. */
  declare registry: string | undefined
  /** The client that is chosen at first. */
  declare client: ClientName | undefined
  /** Of which kind the registry is, where its host is the vendor's own: Artifactory, Nexus Repository, GitLab, … */
  declare profile: string | undefined
  /** Otherwise the reader's own. */
  declare theme: 'light' | 'dark' | undefined
  /** Which parts of a diagnosis are shown, by name, with spaces between; all without it. The verdict is always. */
  declare sections: string | undefined
  /** Where the pages of the findings lie; beside the script, if it was not bundled. */
  declare pages: string | undefined
  /** Without the introduction, and in one column. */
  declare compact: boolean

  #inputs = nothingTyped
  #core: Core | undefined
  #reader: Reader | undefined
  #report: Report | undefined
  #failure: FailureReason | undefined
  /** Of the page's policy, which forbids a part of this one. */
  #directive: string | undefined
  #said = ''
  #saying: ReturnType<typeof setTimeout> | undefined

  readonly #nearing = new IntersectionObserver(
    entries => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return
      this.#nearing.disconnect()
      if (!this.#core) void this.#load()
    },
    { rootMargin: near }
  )

  /** What was dropped before it could be read. */
  #dropped: File[] = []

  constructor() {
    super()
    // From the beginning: else the browser opens the file in the place of the page, and what was typed is gone.
    this.addEventListener('dragover', event => {
      if (event.dataTransfer?.types.includes('Files')) event.preventDefault()
    })
    this.addEventListener('drop', event => {
      if (!event.dataTransfer?.files.length) return
      event.preventDefault()
      this.#dropped.push(...event.dataTransfer.files)
      if (this.#core) this.#readDropped()
    })
  }

  #readDropped(): void {
    void this.#reader?.files.add(this.#dropped.splice(0))
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#nearing.observe(this)
    addEventListener('hashchange', this.#linked)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#nearing.disconnect()
    removeEventListener('hashchange', this.#linked)
    this.#reader?.check?.cancel()
    clearTimeout(this.#saying)
  }

  /** A link that is opened while the page is open changes its hash alone. */
  #linked = (): void => {
    if (location.hash && this.#core) void this.#reader?.loadLinked()
  }

  /** What is not needed to start typing comes after the first paint. */
  async #load(): Promise<void> {
    await this.updateComplete
    await frame()
    let directive: string | undefined
    const refused = ({ effectiveDirective, blockedURI }: SecurityPolicyViolationEvent): void => {
      if (blockedURI.startsWith(new URL(import.meta.url).origin)) directive = effectiveDirective
    }
    document.addEventListener('securitypolicyviolation', refused)
    try {
      const [late, { loadCore }] = await Promise.all([import('./reader.js'), import('./core.js')])
      if (!this.#reader) {
        adoptStyles(this.renderRoot as ShadowRoot, [...NpmAccessDoctor.elementStyles, unsafeCSS(late.styles)])
        this.#reader = new late.Reader({
          box: field => this.renderRoot.querySelector<HTMLTextAreaElement>(`#${field}`)!,
          typed: () => this.#inputs,
          registry: () => this.registry,
          profile: () => this.profile,
          page: name => {
            const base = this.pages ?? (PAGES && new URL(PAGES, import.meta.url).href)
            return base ? new URL(name, new URL(base, location.href)).href : null
          },
          shows: section => !this.sections || this.sections.split(/\s+/).includes(section),
          checked: tokenCheck => this.dispatchEvent(new CustomEvent<TokenCheck>('tokencheck', { detail: tokenCheck })),
          core: () => this.#core,
          settled: async () => (await frame(), this.updateComplete),
          change: inputs => this.#change(inputs),
          update: () => this.requestUpdate(),
          say: text => this.#say(text)
        })
        this.#reader.files.listen(this)
      }
      this.requestUpdate()
      this.#core = await loadCore()
      if (this.#dropped.length) this.#readDropped()
      if (isEmpty(this.#inputs)) this.#linked() // it may be here anew, after a fault
      void this.#reader.loadRest()
    } catch (error) {
      await new Promise(resolve => setTimeout(resolve, policyEventDelay))
      this.#failure = (error as { reason?: FailureReason }).reason ?? 'network'
      this.#directive = this.#failure === 'network' ? directive : undefined
    }
    document.removeEventListener('securitypolicyviolation', refused)
    this.requestUpdate()
  }

  #change(inputs: Partial<Inputs>): void {
    this.#inputs = { ...this.#inputs, ...inputs }
    if (this.#failure === 'crashed' || this.#failure === 'endless') this.#failure = undefined
    this.requestUpdate()
  }

  #retry(): void {
    this.#failure = undefined
    this.requestUpdate()
    void this.#load()
  }

  #say(text: string): void {
    this.#said = text
    this.requestUpdate()
  }

  /** Once a frame is often enough. */
  protected override async scheduleUpdate(): Promise<void> {
    if (this.hasUpdated) await frame()
    super.scheduleUpdate()
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('client')) this.#inputs = { ...this.#inputs, clientName: clients.find(name => name === this.client) ?? null }
    const report = this.#read()
    if (report === this.#report) return
    this.#report = report
    if (!report) return
    this.dispatchEvent(new CustomEvent<Report>('diagnosis', { detail: report }))
    clearTimeout(this.#saying)
    this.#saying = setTimeout(() => this.#say(`${report.verdict.headline}. ${report.verdict.next}`), pause)
  }

  #read(): Report | undefined {
    if (!this.#core || !this.#reader || this.#failure || isEmpty(this.#inputs)) return undefined
    try {
      return this.#reader.read(this.#core, this.#inputs)
    } catch (error) {
      this.#failure = (error as { reason?: FailureReason }).reason ?? 'crashed'
      this.#core = undefined
      void this.#load()
      return undefined
    }
  }

  protected override render(): TemplateResult {
    return html`
      <slot name="heading"></slot>
      ${this.compact ? nothing : html`<p class="lede">Paste your <code>.npmrc</code> and what <code>npm --version</code> prints. What you paste stays in this page.
        Only the button “Check the token” sends anything: the token, to the registry that it belongs to.</p>`}
      <div class="columns">
        <section aria-label="What you have" part="inputs">${this.#form()}</section>
        <section aria-label="Diagnosis" part="diagnosis" data-state=${this.#report?.verdict.state ?? nothing}>${this.#diagnosis()}<slot name="support"></slot></section>
      </div>
      <p class="hint">${this.#reader?.about() ?? nothing}</p>
      <p class="unseen" role="status">${this.#said}</p>`
  }

  #form(): TemplateResult {
    const client = this.#report?.client
    return html`
      <fieldset>
        <legend>Client</legend>
        ${clients.map(
          name => html`<label class="choice"><input type="radio" name="client" .checked=${this.#inputs.clientName === name}
          @change=${() => this.#change({ clientName: name })}>${name ?? 'Detect'}</label>`
        )}
      </fieldset>
      ${plainBox(this.#box('version', 'npm --version', '(or yarn, pnpm, bun)'))}
      <p class="chip">${client ? `${client.name} ${client.version ?? ''}${client.assumed ? ', assumed' : ''}` : nothing}</p>
      ${this.#file('user', 'User .npmrc', '~/.npmrc')}
      ${whereItIs}
      ${this.#file('project', 'Project .npmrc', 'beside package.json, if there is one')}
      ${this.#reader?.files.boxes(this.#inputs, this.#report) ?? nothing}
      ${plainBox({ ...this.#box('failing', 'Failing command', 'and its output, if you have it'), rows: 3 })}
      <div class="row">
        <button @click=${() => this.#reader?.files.pick()} ?disabled=${!this.#reader}>Add files</button>
        <button @click=${() => this.#reader?.loadExample()} ?disabled=${!this.#reader}>Load an example</button>
        <button @click=${() => this.#reader?.clear()} ?disabled=${!this.#reader}>Clear everything</button>
      </div>`
  }

  #file(box: Box, label: string, hint: string): TemplateResult {
    const source = this.#report ? this.#reader!.sourceOf(box) : -1
    const text = this.#inputs[box]
    const read = this.#report?.verdict && this.#reader!.diagnosis.input.sources[source]
    return fileBox(this.#box(box, label, read && read.kind !== 'npmrc' ? `read as ${read.name}` : hint), isTooLong(text) ? null : markLines(text, this.#report?.findings ?? [], source))
  }

  #box(field: Field, label: string, hint: string): BoxOptions {
    return { field, label, hint, example: field === 'user' ? this.#example() : nothing, onInput: event => this.#change({ [field]: (event.target as HTMLTextAreaElement).value }) }
  }

  /** What the user's file should look like, for the registry that the page around it is about. */
  #example(): unknown {
    return this.registry && URL.canParse(this.registry) ? `registry=${this.registry}\n${this.registry.replace(/^https?:/, '')}:_authToken=…` : nothing
  }

  #diagnosis(): unknown {
    if (this.#failure) return failureView(this.#failure, () => this.#retry(), this.#directive, this.#reader?.withoutOne(this.#inputs))
    if (this.#report) {
      try {
        return this.#reader!.view()
      } catch {
        // What cannot be shown must not take the page along.
        return failureView('crashed', () => this.#retry())
      }
    }
    const [headline, text] = isEmpty(this.#inputs)
      ? [
          'The verdict will stand here',
          'It comes as you type or paste: whether your token is sent at all, which line stops it, and the mended file to copy.'
        ]
      : ['One moment', this.#core ? 'What you typed is long, and still being read.' : 'The diagnosis is still loading. What you typed is read as soon as it is here.']
    return html`<div class="card verdict"><h2>${headline}</h2><p>${text}</p></div>`
  }
}
