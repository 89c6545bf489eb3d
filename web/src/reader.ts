// All that reads and shows, loaded after the first paint.
import { html, nothing } from 'lit'
import type { Beside } from './beside.js'
import { copyText, saveText } from './copy.js'
import type { Core } from './core.js'
import { diagnose, readAll, type Diagnosis, type Read } from './diagnosis.js'
import { replaceText } from './edit.js'
import type { Without } from './failure-view.js'
import { Files } from './files.js'
import { leftOutOf, nothingTyped, textIn, withoutLeftOut, type Field, type Inputs } from './inputs.js'
import type { Credential, Input, Place, Report, SourceKind, TokenCheck } from './report.js'
import styles from './styles/report.css'
import type { Sharing } from './sharing.js'
import { toInput } from './to-input.js'
import type { CheckFlow } from './check-flow.js'
import { reportView } from './views/report-view.js'

export { styles }

/** What the reader needs of the element. */
export interface Host {
  box(field: Field): HTMLTextAreaElement
  /** Once the boxes for the inputs are there. */
  settled(): Promise<unknown>
  /** The registry that the page around it is about. */
  registry(): string | undefined
  /** Of which kind it is, where its address does not tell. */
  profile(): string | undefined
  /** The address of a page beside this one; null where there is none. */
  page(name: string): string | null
  /** Whether this part of a diagnosis is wanted. */
  shows(section: string): boolean
  checked(tokenCheck: TokenCheck): void
  /** What stands in the boxes now. */
  typed(): Inputs
  core(): Core | undefined
  change(inputs: Partial<Inputs>): void
  update(): void
  say(text: string): void
}

/** The fuzzer tries what is shorter by the million (-max_len in tests/fuzz/run.mjs). */
const long = 4096

const fields = ['version', 'user', 'project', 'failing'] as const

export class Reader {
  /** Comes when there is something to check. */
  check: CheckFlow | undefined
  tokenView: ((reader: Reader, check: CheckFlow, credential: Credential) => unknown) | undefined
  noted = ''
  /** Comes when somebody wants to share. */
  sharing: Sharing | undefined
  /** Which text was copied or saved last. */
  copied: string | null = null
  inputs = nothingTyped
  diagnosis!: Diagnosis
  credential: Credential | null = null
  readonly files = new Files(this)
  readAt = new Date()
  #core!: Core
  #fields: Field[] = []
  #readWith: unknown
  #example = -1
  #whole = false
  #knows = ''
  /** null: it did not arrive. */
  #beside: Beside | null | undefined
  #arriving: Promise<void> | undefined

  constructor(readonly host: Host) {}

  /** undefined while it is being read. */
  read(core: Core, inputs: Inputs): Report | undefined {
    if (this.#core === core && this.inputs === inputs && this.#readWith === this.check?.state) return this.diagnosis.report
    this.readAt = new Date()
    const { input, fields } = toInput(withoutLeftOut(inputs), this.readAt, text => core.recognize('', text))
    const [registry, name] = [this.host.registry(), this.host.profile()]
    if (registry && name) input.profile = { registry, name }
    const read = this.#readBeside(inputs, input)
    if (read === undefined) return this.#beside?.slow ? undefined : this.diagnosis?.report
    ;({ diagnosis: this.diagnosis, credential: this.credential } = read ?? readAll(core, input))
    if (this.credential && !this.check) void this.#loadCheck()
    this.check?.keepFor(this.credential)
    const checked = this.check?.checked
    if (checked) this.diagnosis = diagnose(core, { ...input, tokenCheck: checked.tokenCheck })
    if (checked && this.#readWith !== this.check?.state) this.host.checked(checked.tokenCheck)
    if (this.inputs !== inputs) this.copied = null
    ;[this.#core, this.inputs, this.#readWith, this.#fields] = [core, inputs, this.check?.state, fields]
    return this.diagnosis.report
  }

  /** null: it is short, or there is nobody beside who could read it. */
  #readBeside(inputs: Inputs, input: Input): Read | null | undefined {
    if ((input.log?.length ?? 0) + input.sources.reduce((sum, { text }) => sum + text.length, 0) <= long) return null
    this.#arriving ??= import('./beside.js')
      .then(({ Beside }) => (this.#beside = new Beside(() => this.host.update())))
      .catch(() => (this.#beside = null))
      .then(() => this.host.update())
    return this.#beside && this.#beside.read(inputs, input)
  }

  view = (): unknown => {
    const labels = this.#labels(this.inputs)
    const leftOut = leftOutOf(this.inputs).map(field => labels[field])
    return html`${leftOut.length ? html`<p>Read without “${leftOut.join('”, “')}”.</p>` : nothing}${reportView(this)}`
  }

  /** After a fault: each text without which the others may still be read. */
  withoutOne(inputs: Inputs): Without[] {
    const left = leftOutOf(inputs)
    return (Object.entries(this.#labels(inputs)) as [Field, string][])
      .filter(([field]) => textIn(inputs, field).trim() && !left.includes(field))
      .map(([field, label]) => ({ label, read: () => this.host.change({ leftOut: { ...inputs.leftOut, [field]: textIn(inputs, field) } }) }))
  }

  #labels({ files }: Inputs): Partial<Record<Field, string>> {
    return { user: 'User .npmrc', project: 'Project .npmrc', failing: 'Failing command', ...Object.fromEntries(files.map(({ field, name }) => [field, name])) }
  }

  typed = (): Inputs => this.host.typed()

  recognize = (name: string, text: string): SourceKind => this.host.core()?.recognize(name, text) ?? 'npmrc'

  sourceOf(field: Field): number {
    return this.#fields.indexOf(field)
  }

  /** The box that a source of the input came from. */
  boxOf(source: number): Field | null {
    return this.#fields[source] ?? null
  }

  goTo(box: Field, place: Place): void {
    const element = this.host.box(box)
    const lines = element.value.split('\n')
    const offset = (line: number, column: number): number =>
      lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0) + column - 1
    element.focus()
    if ('start' in place) element.setSelectionRange(offset(place.start.line, place.start.column), offset(place.end.line, place.end.column))
    else if ('line' in place) element.setSelectionRange(offset(place.line, 1), offset(place.line + 1, 0))
  }

  focus(field: Field): void {
    this.host.box(field).focus()
  }

  /** Applies a mend to the text in its box. */
  apply(fix: string): void {
    for (const mended of this.#core.mend(this.diagnosis.input, [fix])) {
      const box = mended.source === null ? this.emptyBoxFor(mended.kind, mended.layer) : this.boxOf(mended.source)
      if (box) this.put(box, mended.text)
    }
  }

  /** Where a new .npmrc can be put. */
  emptyBoxFor(kind: string, layer: string): Field | null {
    return kind === 'npmrc' && (layer === 'user' || layer === 'project') && !this.inputs[layer].trim() ? layer : null
  }

  put(box: Field, text: string): void {
    replaceText(this.host.box(box), text)
    this.host.say(`Changed in the box. Undo takes it back.`)
  }

  /** What is said beside the box for a terminal's output. */
  note(text: string): void {
    this.noted = text
    this.host.update()
  }

  answer(name: string, set: boolean | string | null): void {
    const { [name]: _, ...others } = this.inputs.answers
    this.host.change({ answers: set === null ? others : { ...others, [name]: set } })
  }

  async copy(id: string, text: string): Promise<void> {
    const done = await copyText(text)
    this.copied = done ? id : null
    this.host.say(done ? 'Copied' : 'The browser did not let this page copy.')
    this.host.update()
  }

  /** Browsers take a dot off the front of a file's name, so it is told. */
  save(name: string, text: string): void {
    saveText(name, text)
    this.copied = `saved ${name}`
    this.host.say(`Saved. It has to be called ${name}: your browser may have changed that.`)
    this.host.update()
  }

  async #loadCheck(): Promise<void> {
    const { CheckFlow, tokenView } = await import('./token.js')
    this.check ??= new CheckFlow(() => this.host.update())
    this.tokenView = tokenView
    this.host.update()
  }

  /** All that a click may want, so that it works without a network. */
  async loadRest(): Promise<void> {
    await Promise.all([import('./token.js'), import('./examples.js'), import('./sharing.js'), import('./reading.js'), import('./beside.js')]).then(() => (this.#whole = true), () => {})
    this.host.update()
  }

  /** Which version this is and what it knows. */
  about(): string {
    const core = this.host.core()
    if (!core) return ''
    this.#knows ||= core
      .releases()
      .map(({ name, oldest, newest }) => `${name} ${oldest} to ${newest}`)
      .join(', ')
    return `Version ${VERSION}. It knows ${this.#knows}.${this.#whole ? ' You may disconnect from the network now: all but the token check works without it.' : ''}`
  }

  /** While nobody looks, no link is made of each letter that is typed. */
  async share(wanted: boolean): Promise<void> {
    const { Sharing } = await import('./sharing.js')
    this.sharing = wanted ? (this.sharing ?? new Sharing(this)) : undefined
    this.host.update()
  }

  async loadExample(): Promise<void> {
    const { examples } = await import('./examples.js')
    this.#example = (this.#example + 1) % examples.length
    const example = examples[this.#example]!
    await this.#fill(example)
    this.host.say(`Example ${this.#example + 1} of ${examples.length}: ${example.title}`)
  }

  clear(): void {
    void this.#fill(nothingTyped)
    this.#example = -1
  }

  /** What a link shows: #shared=…, or a rule's example, #example=AD101. */
  async loadLinked(): Promise<void> {
    if (location.hash.startsWith('#shared=')) {
      const { linked } = await import('./sharing.js')
      const inputs = await linked(location.hash).catch(() => null)
      if (inputs) await this.#fill(inputs)
      return this.host.say(inputs ? 'What was shared is shown. Its tokens are made up.' : 'This link is not whole: what was shared cannot be shown.')
    }
    const code = /^#example=(AD\d{3})$/.exec(location.hash)?.[1]
    if (!code) return
    const address = this.host.page(`rules/${code}.json`)
    const answer = address && (await fetch(address).catch(() => null))
    if (!answer || !answer.ok) return this.host.say(`The example of ${code} did not arrive.`)
    await this.#fill({ ...nothingTyped, ...((await answer.json()) as Partial<Inputs>) })
    this.host.say(`The example of ${code}`)
  }

  async #fill(inputs: Inputs): Promise<void> {
    const button = (this.host.box('user').getRootNode() as ShadowRoot).activeElement
    for (const field of fields) replaceText(this.host.box(field), inputs[field])
    this.host.change({ clientName: inputs.clientName, answers: inputs.answers, files: inputs.files, texts: {} })
    if (inputs.files.length) await this.host.settled()
    for (const { field } of inputs.files) replaceText(this.host.box(field), inputs.texts[field] ?? '')
    ;(button as HTMLElement | null)?.focus()
  }
}
