// What the person typed.
import type { ClientName, Layer } from './report.js'

export type Box = Extract<Layer, 'user' | 'project'>

export interface Inputs {
  readonly clientName: ClientName | null
  readonly version: string
  readonly user: string
  readonly project: string
  readonly failing: string
  /** Variables that the person said are set, or are not. */
  readonly answers: Readonly<Record<string, boolean>>
}

export type Field = Box | 'version' | 'failing'

export const nothingTyped: Inputs = { clientName: null, version: '', user: '', project: '', failing: '', answers: {} }

export const isEmpty = (inputs: Inputs): boolean => !(inputs.version + inputs.user + inputs.project + inputs.failing).trim()
