// The link in the card “Ask for help with this”: what it holds is shown before it is copied.
import { html, nothing, type TemplateResult } from 'lit'
import type { Inputs } from './inputs.js'
import type { Reader } from './reader.js'
import { linkTo, longestLink, withoutSecrets } from './share.js'
import { copyButton } from './views/parts.js'

export { linked } from './share.js'

export class Sharing {
  #of: Inputs | undefined
  #shared!: ReturnType<typeof withoutSecrets>
  #link = ''

  constructor(private readonly reader: Reader) {}

  view(): unknown {
    const core = this.reader.host.core()
    if (!core) return nothing
    if (this.#of !== this.reader.inputs) void this.#make(core)
    const { inputs, alike } = this.#shared
    const texts = [inputs.version, inputs.user, inputs.project, ...Object.values(inputs.texts), inputs.failing].filter(text => text.trim())
    return html`<h3>A link that shows the same</h3>
      <p>Your files are in it, with made-up tokens in the place of yours${alike ? '' : '; with those it is diagnosed otherwise'}. They are in the part of the address behind the “#”, which no server gets to see.</p>
      <pre tabindex="0" aria-label="What the link holds">${texts.join('\n— — —\n')}</pre>
      <div class="row">${this.#copy()}</div>`
  }

  #copy(): TemplateResult | string {
    if (!this.#link) return '…'
    if (this.#link.length > longestLink) return `It would be ${this.#link.length} characters long, too long for chat programs and mail. Leave out what does not matter.`
    return copyButton(this.reader, 'link', 'Copy the link', this.#link)
  }

  async #make(core: NonNullable<ReturnType<Reader['host']['core']>>): Promise<void> {
    const of = (this.#of = this.reader.inputs)
    this.#link = ''
    this.#shared = withoutSecrets(core, of, this.reader.readAt)
    const link = await linkTo(this.#shared.inputs, location.href)
    if (this.#of !== of) return
    this.#link = link
    this.reader.host.update()
  }
}
