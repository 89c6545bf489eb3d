import type { Core } from './core.js'
import type { Credential, Input, Mended, Report, TokenCheck } from './report.js'

export interface Diagnosis {
  input: Input
  report: Report
  /** The files after the best set of mends. */
  mended: Mended[]
}

/** All that is read of an input. */
export interface Read {
  diagnosis: Diagnosis
  credential: Credential | null
}

export interface Checked {
  credential: Credential
  tokenCheck: TokenCheck
}

export const sameCredential = (a: Credential, b: Credential): boolean => a.registry === b.registry && a.authorization === b.authorization

export function diagnose(core: Core, input: Input): Diagnosis {
  const report = core.diagnose(input)
  return { input, report, mended: report.preferred.length ? core.mend(input, report.preferred) : [] }
}

export function readAll(core: Core, input: Input): Read {
  const diagnosis = diagnose(core, input)
  return { diagnosis, credential: credentialFor(core, diagnosis) }
}

/** What the token check would send: for the files as they are or, where these send nothing, as mended. */
export function credentialFor(core: Core, diagnosis: Diagnosis): Credential | null {
  const credential = core.credential(diagnosis.input) ?? mendedCredential(core, diagnosis)
  if (!credential || !URL.canParse(credential.registry)) return null
  // `fetch` refuses an address with a user in it, and a relative one needs the last slash.
  const url = new URL(credential.registry)
  url.username = url.password = url.search = url.hash = ''
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  return { registry: url.href, origin: url.origin, authorization: credential.authorization, known: credential.known }
}

function mendedCredential(core: Core, diagnosis: Diagnosis): Credential | null {
  const { findings, preferred } = diagnosis.report
  // A new token is the person's to make: the mended file has a made-up one.
  const wantsToken = findings.some(({ fixes }) => fixes.some(({ id, kind }) => kind === 'token' && preferred.includes(id)))
  return wantsToken || !diagnosis.mended.length ? null : core.credential(withMended(diagnosis))
}

function withMended({ input, mended }: Diagnosis): Input {
  const sources = input.sources.map((source, index) => {
    const mend = mended.find(each => each.source === index)
    return mend ? { ...source, text: mend.text } : source
  })
  return { ...input, sources: [...sources, ...mended.filter(each => each.source === null)] }
}
