// What the person typed.
import type { ClientName, Layer, SourceKind } from './report.js'

export type Box = Extract<Layer, 'user' | 'project'>

/** One more file than the two that have boxes from the start. */
export interface AddedFile {
  readonly field: `file-${number}`
  readonly kind: SourceKind
  readonly layer: Layer
  readonly name: string
}

export type Field = Box | 'version' | 'failing' | AddedFile['field']

export interface Inputs {
  readonly clientName: ClientName | null
  readonly version: string
  readonly user: string
  readonly project: string
  readonly failing: string
  readonly files: readonly AddedFile[]
  /** Of the added files. */
  readonly texts: Readonly<Record<string, string>>
  /** Variables that the person said are set, to what where they told, or are not. */
  readonly answers: Readonly<Record<string, boolean | string>>
  /** Texts that could not be read, by their box: they are passed over as long as they stand there. */
  readonly leftOut?: Readonly<Record<string, string>>
}

export const nothingTyped: Inputs = { clientName: null, version: '', user: '', project: '', failing: '', files: [], texts: {}, answers: {} }

export const textIn = (inputs: Inputs, field: Field): string => (field in inputs ? inputs[field as Box] : (inputs.texts[field] ?? ''))

/** The boxes with a text that is passed over. */
export const leftOutOf = (inputs: Inputs): Field[] => (Object.keys(inputs.leftOut ?? {}) as Field[]).filter(field => textIn(inputs, field) === inputs.leftOut![field])

export function withoutLeftOut(inputs: Inputs): Inputs {
  const blank = Object.fromEntries(leftOutOf(inputs).map(field => [field, '']))
  return { ...inputs, ...blank, texts: { ...inputs.texts, ...blank } }
}

export const isEmpty = (inputs: Inputs): boolean =>
  !(inputs.version + inputs.user + inputs.project + inputs.failing + Object.values(inputs.texts).join('')).trim()
