// A link that shows the same diagnosis to somebody else. All of it is in the fragment, which no server sees, and no secret is in it.
import type { Core } from './core.js'
import { diagnose } from './diagnosis.js'
import { nothingTyped, type Inputs } from './inputs.js'
import type { Report } from './report.js'
import { toInput, unseenValue } from './to-input.js'

/** What is typed, with made-up secrets, and whether that is diagnosed alike. */
export function withoutSecrets(core: Core, inputs: Inputs, now: Date): { inputs: Inputs; alike: boolean } {
  const recognize = (text: string): ReturnType<Core['recognize']> => core.recognize('', text)
  const { input } = toInput(inputs, now, recognize)
  const added = Object.keys(inputs.texts)
  const set = Object.entries(inputs.answers).filter(([, value]) => typeof value === 'string' && value !== unseenValue)
  const texts = [...plain.map(field => inputs[field]), ...added.map(field => inputs.texts[field]!), ...set.map(([, value]) => value as string)]
  const instead = core.withoutSecrets(input, texts)
  const take = (count: number): string[] => instead.splice(0, count)
  const [user, project, version, failing] = take(plain.length) as [string, string, string, string]
  const textOf = take(added.length)
  const valueOf = take(set.length)
  const shared: Inputs = {
    ...inputs,
    user,
    project,
    version,
    failing,
    texts: Object.fromEntries(added.map((field, index) => [field, textOf[index]!])),
    answers: { ...inputs.answers, ...Object.fromEntries(set.map(([name], index) => [name, valueOf[index]!])) }
  }
  const codes = ({ verdict, findings }: Report): string => JSON.stringify([verdict.state, findings.map(({ code, role }) => [code, role])])
  const alike = codes(diagnose(core, input).report) === codes(diagnose(core, toInput(shared, now, recognize).input).report)
  return { inputs: shared, alike }
}

const plain = ['user', 'project', 'version', 'failing'] as const

/** A fragment of more than this is cut off by chat programs and mailers. */
export const longestLink = 8000

const marker = '#shared='

export async function linkTo(inputs: Inputs, page: string): Promise<string> {
  const packed = await through(new Blob([JSON.stringify(inputs)]), new CompressionStream('deflate-raw'))
  const binary = Array.from(new Uint8Array(await packed.arrayBuffer()), byte => String.fromCharCode(byte)).join('')
  return `${page.split('#')[0]}${marker}${btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}`
}

/** null: the fragment is none of ours; throws where it is broken. */
export async function linked(hash: string): Promise<Inputs | null> {
  if (!hash.startsWith(marker)) return null
  const binary = atob(hash.slice(marker.length).replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = Uint8Array.from(binary, character => character.charCodeAt(0))
  const text = await (await through(new Blob([bytes]), new DecompressionStream('deflate-raw'))).text()
  return checked(JSON.parse(text))
}

const through = (blob: Blob, stream: CompressionStream | DecompressionStream): Promise<Blob> => new Response(blob.stream().pipeThrough(stream)).blob()

/** Anybody may have made the link: only what has the form of inputs is taken. */
function checked(given: unknown): Inputs {
  const from = Object(given) as Record<string, unknown>
  const text = (value: unknown): string => (typeof value === 'string' ? value : '')
  const client = ['npm', 'yarn', 'pnpm', 'bun'].find(name => name === from['clientName'])
  const files = (Array.isArray(from['files']) ? from['files'] : []).slice(0, 20).flatMap((file: Record<string, unknown>, index) =>
    layers.includes(text(file?.['layer'])) ? [{ field: `file-${index + 200}` as const, was: text(file['field']), kind: text(file['kind']), layer: text(file['layer']), name: text(file['name']).slice(0, 200) }] : []
  )
  const texts = Object(from['texts']) as Record<string, unknown>
  const answers = Object.entries(Object(from['answers']) as Record<string, unknown>).filter(([, value]) => typeof value === 'string' || typeof value === 'boolean')
  return {
    ...nothingTyped,
    clientName: (client ?? null) as Inputs['clientName'],
    ...Object.fromEntries(plain.map(field => [field, text(from[field])])),
    files: files.map(({ was: _, ...file }) => file) as Inputs['files'],
    texts: Object.fromEntries(files.map(({ field, was }) => [field, text(texts[was])])),
    answers: Object.fromEntries(answers) as Inputs['answers']
  }
}

const layers = ['project', 'user', 'global', 'builtin']
