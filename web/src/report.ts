// What goes into the core and what comes out of it.

export type ClientName = 'npm' | 'yarn' | 'pnpm' | 'bun'
export type Layer = 'project' | 'user' | 'global' | 'builtin'
export type SourceKind =
  | 'npmrc'
  | 'yarnrc'
  | 'yarnrc-yml'
  | 'bunfig'
  | 'pnpm-workspace'
  | 'package-json'
  | 'npm-config-list'
  | 'lockfile'
  | 'workflow'
  | 'log'
  | 'auto'

export type CheckOutcome =
  | 'valid'
  | 'unauthorized'
  | 'anonymous'
  | 'forbidden'
  | 'not-found'
  | 'portal'
  | 'rate-limited'
  | 'server-error'
  | 'redirected'
  | 'timeout'
  | 'offline'
  | 'blocked'
  | 'unreachable'
  | 'cancelled'

export interface Source {
  kind: SourceKind
  layer: Layer
  name: string
  text: string
}

export interface TokenCheck {
  registry: string
  outcome: CheckOutcome
  status?: number
}

export interface Input {
  sources: Source[]
  client?: string
  clientName?: ClientName
  /** null: known to be unset; absent: not known. */
  environment?: Record<string, string | null>
  command?: string
  log?: string
  tokenCheck?: TokenCheck
  /** Of which kind a registry under a host of its own is: Artifactory, Nexus Repository, GitLab, … */
  profile?: { registry: string; name: string }
  now?: string
}

/** Lines and columns count from 1; columns are UTF-16 code units. */
export interface Position {
  line: number
  column: number
}

export interface Span {
  source: number
  start: Position
  end: Position
}

export type Place = Span | { source: number; line: number } | { environment: string } | { flag: string } | { default: true }

export type RequestOutcome = 'none' | 'usable' | 'unusable' | 'unknown'

export interface Request {
  purpose: 'packument' | 'tarball' | 'whoami' | 'ping' | 'publish'
  method: string
  url: string
  outcome: RequestOutcome
  authorization: { scheme: string; at: Place | null; token: string } | null
  trace: { text: string; at: Place | null }[]
}

export interface Fix {
  id: string
  title: string
  kind: 'edit' | 'file' | 'variable' | 'token' | 'release' | 'command'
  commands: { bash: string; powershell: string; cmd: string } | null
}

export interface Finding {
  code: string
  role: 'cause' | 'risk' | 'advice'
  alternative: boolean
  certainty: string
  title: string
  message: string
  at: Place | null
  fixes: Fix[]
}

export type VerdictState = 'not-sent' | 'refused' | 'accepted' | 'sent' | 'unknown'

export interface Report {
  verdict: { state: VerdictState; headline: string; next: string }
  client: { name: string; version: string | null; recognized: boolean; assumed: boolean }
  requests: Request[]
  stopped: { code: string; message: string } | null
  findings: Finding[]
  preferred: string[]
  questions: { id: string; text: string }[]
  clients: {
    name: string
    from: string
    to: string | null
    packument: RequestOutcome
    tarball: RequestOutcome
    publish: RequestOutcome
  }[]
  token: { kind: string; created: string | null; expires?: string } | null
  /** What was read in the pasted output. */
  log: { status: number | null; code: string | null; url: string | null; reason: string | null; command: string | null } | null
}

/** A mended text: of a source of the input, or of a file that is new. */
export type Mended = { source: number; text: string } | { source: null; kind: SourceKind; layer: Layer; name: string; text: string }

/** What the token check sends, and where to. Holds a secret: for `fetch` only. */
export interface Credential {
  registry: string
  origin: string
  authorization: string
  /** What the core knows of the registry by its address. */
  known: KnownRegistry | null
}

/** `whoami`: says whose token it is; so does the workspace API; 404; not documented. */
export interface KnownRegistry {
  name: string
  whoami: 'named' | 'workspace' | 'absent' | 'open'
  /** Its own page about tokens. */
  page: string
}
