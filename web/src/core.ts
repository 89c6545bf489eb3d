// A typed module around the WebAssembly core.
import type { Credential, Input, Mended, Report, SourceKind } from './report.js'

export interface Core {
  diagnose(input: Input): Report
  mend(input: Input, fixes: string[]): Mended[]
  credential(input: Input): Credential | null
  /** What a text is, by its name and what stands in it. */
  recognize(name: string, text: string): SourceKind
  /** These texts of the input with made-up secrets in the place of its own. */
  withoutSecrets(input: Input, texts: string[]): string[]
  /** What a lockfile, or a piece of one, is fetched from. */
  downloads(lockfile: string): Download[]
  /** Every code with its title. */
  rules(): { code: string; title: string }[]
  /** The releases that are known, of each client. */
  releases(): { name: string; oldest: string; newest: string }[]
}

/** The packages of a lockfile that come from one registry; name, version, url and line are of the first. */
export interface Download {
  registry: string
  count: number
  name: string
  version: string
  url: string
  line: number
  credential: boolean
}

export type FailureReason = 'unsupported' | 'blocked' | 'network' | 'crashed' | 'endless'

export class CoreFailure extends Error {
  constructor(
    readonly reason: FailureReason,
    cause?: unknown
  ) {
    super(reason, { cause })
  }
}

interface EmbindModule {
  diagnose(input: Input): string
  mend(input: Input, fixes: string[]): string
  credential(input: Input): string
  recognize(name: string, text: string): SourceKind
  withoutSecrets(input: Input, texts: string[]): string[]
  downloads(lockfile: string): string
  rules(): string
  releases(): string
}

type Factory = (options: {
  instantiateWasm(imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void): object
}) => Promise<EmbindModule>

interface Parts {
  factory: Factory
  wasm: WebAssembly.Module
}

let parts: Promise<Parts> | undefined
let read: () => Promise<BufferSource> = fromBeside

/** Where `fetch` has no files, as in Node, something else reads the WebAssembly. */
export const readBy = (other: typeof read): void => {
  read = other
}

/** A fresh core. The download is shared, so that starting again after a fault is quick. */
export async function loadCore(): Promise<Core> {
  parts ??= download()
  try {
    return wrap(await start(await parts))
  } catch (error) {
    parts = undefined
    throw error instanceof CoreFailure ? error : new CoreFailure('network', error)
  }
}

async function download(): Promise<Parts> {
  assertAllowed()
  const [{ default: factory }, buffer] = await Promise.all([import('./access-doctor-core.js') as Promise<{ default: Factory }>, read()])
  return { factory, wasm: await WebAssembly.compile(buffer) }
}

async function fromBeside(): Promise<ArrayBuffer> {
  // Bundlers find the file by this very form.
  const response = await fetch(new URL('./access-doctor-core.wasm', import.meta.url))
  if (!response.ok) throw new Error(`${response.status}`)
  return response.arrayBuffer()
}

/** The smallest module there is tells a browser without WebAssembly from a policy that forbids it. */
function assertAllowed(): void {
  if (typeof WebAssembly !== 'object') throw new CoreFailure('unsupported')
  try {
    new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0))
  } catch (error) {
    throw new CoreFailure('blocked', error)
  }
}

/** Emscripten does not pass on a failure inside `instantiateWasm`, hence the promise around it. */
function start({ factory, wasm }: Parts): Promise<EmbindModule> {
  return new Promise((resolve, reject) => {
    const instantiateWasm: Parameters<Factory>[0]['instantiateWasm'] = (imports, done) => {
      WebAssembly.instantiate(wasm, imports).then(done, reject)
      return {}
    }
    factory({ instantiateWasm }).then(resolve, reject)
  })
}

function wrap(module: EmbindModule): Core {
  // Whatever the module throws, its memory can no longer be trusted.
  const guarded = <T>(run: () => T): T => {
    try {
      return run()
    } catch (error) {
      throw new CoreFailure('crashed', error)
    }
  }
  const call = (run: () => string): never => guarded(() => JSON.parse(run()) as never)
  return {
    diagnose: input => call(() => module.diagnose(input)),
    mend: (input, fixes) => call(() => module.mend(input, fixes)),
    credential: input => call(() => module.credential(input)),
    recognize: (name, text) => guarded(() => module.recognize(name, text)),
    withoutSecrets: (input, texts) => guarded(() => module.withoutSecrets(input, texts)),
    downloads: lockfile => call(() => module.downloads(lockfile)),
    rules: () => call(() => module.rules()),
    releases: () => call(() => module.releases())
  }
}
