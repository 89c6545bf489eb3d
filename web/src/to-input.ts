// What the person typed → the core's input.
import type { Box, Field, Inputs } from './inputs.js'
import type { Input, Layer, Source, SourceKind } from './report.js'

/** Stands for the value of a variable that is set where we cannot see it (core/settings/settings.h, `untold`). Never sent. */
export const unseenValue = 'set-in-your-environment-0000'

/** Files in the place where each client looks for its own. */
const fileNames: Partial<Record<SourceKind, string>> = {
  npmrc: '.npmrc',
  yarnrc: '.yarnrc',
  'yarnrc-yml': '.yarnrc.yml',
  bunfig: 'bunfig.toml',
  'pnpm-workspace': 'pnpm-workspace.yaml',
  'package-json': 'package.json',
  'npm-config-list': 'npm config list',
  workflow: 'workflow',
  lockfile: 'lockfile',
  log: 'log'
}

export function fileName(kind: SourceKind, layer: Layer): string {
  const name = fileNames[kind]
  if (!name) return '' // what no client reads: the core tells it by its text
  return layer === 'user' ? `~/${kind === 'bunfig' ? '.' : ''}${name}` : name
}

/** The core's input, and the box that each of its sources came from. */
export function toInput(inputs: Inputs, now: Date, recognize: (text: string) => SourceKind): { input: Input; fields: Field[] } {
  const command = commandIn(inputs.failing)
  const failing = inputs.failing.trim()
  const boxes: Box[] = ['user', 'project']
  // What is pasted into them may be another client's file.
  const pasted = boxes
    .filter(box => inputs[box].trim())
    .map(box => {
      const kind = recognize(inputs[box])
      return { field: box as Field, source: { kind, layer: box, name: fileName(kind, box), text: inputs[box] } as Source }
    })
  const added = inputs.files.map(({ field, kind, layer, name }) => ({ field, source: { kind, layer, name, text: inputs.texts[field] ?? '' } }))
  const all = [...pasted, ...added]
  const environment = Object.fromEntries(Object.entries(inputs.answers).map(([name, set]) => [name, set === true ? unseenValue : set || null]))
  const input = {
    sources: all.map(({ source }) => source),
    environment,
    now: now.toISOString(),
    ...(inputs.version.trim() && { client: inputs.version }),
    ...(inputs.clientName && { clientName: inputs.clientName }),
    ...(command && { command: command.text }),
    ...(failing && failing !== command?.line.trim() && { log: inputs.failing })
  }
  return { input, fields: all.map(({ field }) => field) }
}

// `npm ERR! …` starts with a client's name too, and yarn and bun print their command with their version.
const itsOwnOutput = /^\s*npm (?:ERR!|WARN|error|warn|notice|info|http|verb|sill|timing)/
const prompt = /^(?:.*(?:[$#>%❯➜✗λ»]|\bRUN)\s*|(?:.*\])?Run\s+|\s*)/.source
const before = /(?:sudo\s+|corepack\s+|\w+=\S*\s+)*/.source
const client = /((?:npm|npx|yarn|pnpm|pnpx|bunx?)(?:\.cmd|\.exe)?(?:\s+\S.*?)?)/.source
const after = /(?:\s+v\d[\d.]*(?:\s+\(\w+\))?)?:?\s*$/.source
const commandLine = new RegExp(prompt + before + client + after)

// What people print beside the error.
const asksTheClientAlone = /^\S+\s+(?:-v|--version|(?:config|c)\s+(?:list|ls|get)\b.*)$/

const longestCommand = 4000

/** The first line that is a client's command and asks a registry, without the prompt before it. */
export function commandIn(text: string): { line: string; text: string } | null {
  for (const line of text.split('\n')) {
    const command = line.length > longestCommand || itsOwnOutput.test(line) ? undefined : commandLine.exec(line)?.[1]
    if (command && !asksTheClientAlone.test(command)) return { line, text: command }
  }
  return null
}
