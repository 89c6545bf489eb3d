// The core for programs: the same as the page asks, without the page.
import { loadCore, type Core } from './core.js'
import type { Input, Mended, Report } from './report.js'

export type * from './report.js'

let core: Promise<Core> | undefined
const whole = (): Promise<Core> => (core ??= loadCore())

/** Why the client of this input is denied access. The report holds no secret. */
export const diagnose = async (input: Input): Promise<Report> => (await whole()).diagnose(input)

/** The input's files with these mends of its report (`preferred`, or any finding's). They hold the input's own tokens. */
export const mend = async (input: Input, fixes: string[]): Promise<Mended[]> => (await whole()).mend(input, fixes)

/** `texts` of the input with made-up secrets in the place of its own. */
export const withoutSecrets = async (input: Input, texts: string[]): Promise<string[]> => (await whole()).withoutSecrets(input, texts)

/** Every code with its title. */
export const rules = async (): Promise<{ code: string; title: string }[]> => (await whole()).rules()

/** The releases that are known, of each client. */
export const releases = async (): Promise<{ name: string; oldest: string; newest: string }[]> => (await whole()).releases()

export const version = VERSION
