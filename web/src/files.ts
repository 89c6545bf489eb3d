// Files beyond the two boxes: picked, dropped or pasted, each read as what it is.
import { html, nothing, type TemplateResult } from 'lit'
import { fileBox } from './box-view.js'
import { replaceText } from './edit.js'
import type { AddedFile, Box, Inputs } from './inputs.js'
import { isTooLong, markLines } from './marks.js'
import type { Reader } from './reader.js'
import type { Reading } from './reading.js'
import type { Layer, Report } from './report.js'
import { sorted, type Sorted } from './sort.js'
import { fileName } from './to-input.js'

const mostBytes = 1024 * 1024
/** A longer lockfile is read in slices, and only what is left of it is kept. */
const longLockfile = 2 * mostBytes
const mostLockfileBytes = 512 * mostBytes
const mostFiles = 20
const tooLarge = 'left out, it is larger than any file with settings. Of a lockfile, paste the lines about the package that failed.'

const names: Record<keyof Sorted, string> = { version: 'npm --version', user: 'User .npmrc', project: 'Project .npmrc', failing: 'Failing command' }

/** Files that stand in a home folder as well as in a project. */
const layered = new Set(['npmrc', 'yarnrc', 'yarnrc-yml', 'bunfig'])

export class Files {
  /** What became of the files that came last. */
  #told: readonly (readonly [name: string, became: string])[] = []
  #count = 0
  #reading: Reading | undefined

  constructor(private readonly reader: Reader) {}

  pick(): void {
    const input = Object.assign(document.createElement('input'), { type: 'file', multiple: true })
    input.addEventListener('change', () => void this.add(input.files ?? []))
    input.click()
  }

  /** What is pasted anywhere in the element. */
  listen(element: HTMLElement): void {
    element.addEventListener('paste', event => {
      if (event.clipboardData?.files.length) {
        event.preventDefault()
        void this.add(event.clipboardData.files)
      } else if (this.#sort(event.clipboardData?.getData('text/plain') ?? '', event.composedPath()[0])) {
        event.preventDefault()
      }
    })
  }

  /** Puts what belongs elsewhere where it belongs, if nothing stands there yet. */
  #sort(text: string, target: EventTarget | undefined): boolean {
    const parts = text.length < mostBytes ? sorted(text, each => this.reader.recognize('', each)) : null
    const into = Object.entries(parts ?? {}) as [keyof Sorted, string][]
    const here = (target as HTMLElement | undefined)?.id
    const inputs = this.reader.typed()
    if (!into.length || !names[here as keyof Sorted] || (into.length === 1 && into[0]![0] === here) || into.some(([box]) => inputs[box].trim())) return false
    for (const [box, value] of into) replaceText(this.reader.host.box(box), value)
    this.#told = into.map(([box]) => ['What was pasted', `put into “${names[box]}”.`])
    this.reader.host.say(this.#told.map(each => each.join(': ')).join(' '))
    this.reader.host.update()
    return true
  }

  async add(files: Iterable<File>): Promise<void> {
    const told: [string, string][] = []
    for (const file of files) told.push([file.name, await this.#addOne(file)])
    this.#told = told
    this.reader.host.say(told.map(each => each.join(': ')).join(' '))
    this.reader.host.update()
  }

  async #addOne(file: File): Promise<string> {
    if (file.size > mostLockfileBytes) return tooLarge
    if (file.size > longLockfile) return this.#addLong(file)
    let bytes: ArrayBuffer
    try {
      bytes = await file.arrayBuffer()
    } catch {
      return 'left out, the browser could not read it.'
    }
    const encoding = utf16(bytes)
    const text = new TextDecoder(encoding ?? 'utf-8', { ignoreBOM: !encoding }).decode(bytes)
    if (isBinary(text)) return 'left out, it is not a text.'
    return `${await this.#read(file.name, text)}${encoding ? ' It is UTF-16, which no client reads: save it as UTF-8.' : ''}`
  }

  async #addLong(file: File): Promise<string> {
    const core = this.reader.host.core()
    const beginning = await file.slice(0, 65536).text().catch(() => null)
    if (beginning === null) return 'left out, the browser could not read it.'
    if (!core || this.reader.recognize(file.name, beginning) !== 'lockfile' || beginning.includes('\0')) return tooLarge
    const { Reading } = await import('./reading.js')
    this.#reading = new Reading(file, () => this.reader.host.update())
    this.reader.host.update()
    try {
      const text = await this.#reading.text(core)
      return text === null ? 'left out, reading it was cancelled.' : await this.#read(file.name, text)
    } catch {
      return 'left out, it could not be read.'
    } finally {
      this.#reading = undefined
    }
  }

  async #read(called: string, text: string): Promise<string> {
    const kind = this.reader.recognize(called, text)
    if (kind !== 'lockfile' && text.length > mostBytes) return tooLarge
    const inputs = this.reader.typed()
    if (kind === 'log' && !inputs.failing.trim()) {
      replaceText(this.reader.host.box('failing'), text)
      return 'read as the failing command’s output.'
    }
    const free = kind === 'npmrc' && (['user', 'project'] as const).find(box => !inputs[box].trim())
    if (free) {
      replaceText(this.reader.host.box(free), text)
      await this.reader.host.settled()
      return `read as your ${free} .npmrc.`
    }
    if (inputs.files.length >= mostFiles) return `left out, ${mostFiles} files are enough.`
    const layer: Layer = kind === 'bunfig' && called.startsWith('.') ? 'user' : 'project'
    const field: AddedFile['field'] = `file-${++this.#count}`
    const name = (kind === 'auto' || kind === 'lockfile') && called ? called : fileName(kind, layer)
    this.reader.host.change({ files: [...inputs.files, { field, kind, layer, name }] })
    await this.reader.host.settled()
    replaceText(this.reader.host.box(field), text)
    await this.reader.host.settled()
    return `read as ${name}.`
  }

  boxes(inputs: Inputs, report: Report | undefined): unknown {
    return [
      inputs.files.map(file => this.#box(file, inputs, report)),
      this.#reading?.view() ?? nothing,
      this.#told.length ? html`<ul class="told">${this.#told.map(([name, became]) => html`<li><bdi>${name}</bdi>: ${became}</li>`)}</ul>` : nothing
    ]
  }

  #box({ field, kind, layer, name }: AddedFile, inputs: Inputs, report: Report | undefined): TemplateResult {
    const text = inputs.texts[field] ?? ''
    const lines = isTooLong(text) ? null : markLines(text, report?.findings ?? [], report ? this.reader.sourceOf(field) : -1)
    const onInput = (event: Event): void =>
      this.reader.host.change({ texts: { ...this.reader.typed().texts, [field]: (event.target as HTMLTextAreaElement).value } })
    const hint = layered.has(kind)
      ? html`<select aria-label="Where ${name} lies" @change=${(event: Event) => this.#move(field, (event.target as HTMLSelectElement).value as Box)}>
          ${(['project', 'user'] as const).map(each => html`<option value=${each} ?selected=${each === layer}>${each === 'user' ? 'home folder' : 'project'}</option>`)}
        </select>`
      : nothing
    return html`${fileBox({ field, label: name, hint, onInput }, lines)}
      <div class="row"><button aria-label="Remove ${name}" @click=${() => this.#remove(field)}>Remove</button></div>`
  }

  #move(field: string, layer: Box): void {
    const files = this.reader.typed().files.map(file => (file.field === field ? { ...file, layer, name: fileName(file.kind, layer) } : file))
    this.reader.host.change({ files })
  }

  #remove(field: string): void {
    const { files, texts } = this.reader.typed()
    const { [field]: _, ...others } = texts
    this.#told = []
    this.reader.host.change({ files: files.filter(file => file.field !== field), texts: others })
  }
}

/** Control characters beside what is no UTF-8: an archive, a picture. Either alone is a text with something odd in it. */
const isBinary = (text: string): boolean => text.includes('\0') || (text.includes('\ufffd') && /[\x01-\x06\x0e-\x1a\x1c-\x1f]/.test(text))

/** What Windows' older shells write. */
function utf16(bytes: ArrayBuffer): string | null {
  const [first, second] = new Uint8Array(bytes)
  return first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : null
}
