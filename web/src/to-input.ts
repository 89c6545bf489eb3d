// What the person typed → the core's input.
import type { Box, Inputs } from './inputs.js'
import type { Input, Source } from './report.js'

/** Stands for the value of a variable that is set where we cannot see it. Never sent. */
export const unseenValue = 'set-in-your-environment-0000'

const fileNames: Record<Box, string> = { user: '~/.npmrc', project: '.npmrc' }

export function toInput(inputs: Inputs, now: Date): Input {
  const command = commandIn(inputs.failing)
  const failing = inputs.failing.trim()
  const sources = (Object.keys(fileNames) as Box[])
    .filter(box => inputs[box].trim())
    .map((box): Source => ({ kind: 'npmrc', layer: box, name: fileNames[box], text: inputs[box] }))
  const environment = Object.fromEntries(Object.entries(inputs.answers).map(([name, set]) => [name, set ? unseenValue : null]))
  return {
    sources,
    environment,
    now: now.toISOString(),
    ...(inputs.version.trim() && { client: inputs.version }),
    ...(inputs.clientName && { clientName: inputs.clientName }),
    ...(command && { command: command.text }),
    ...(failing && failing !== command?.line.trim() && { log: inputs.failing })
  }
}

// `npm ERR! …` starts with a client's name too, and yarn and bun print their command with their version.
const itsOwnOutput = /^\s*npm (?:ERR!|WARN|error|warn|notice|info|http|verb|sill|timing)/
const prompt = /^(?:.*(?:[$#>%❯➜✗λ»]|\bRUN)\s*|(?:.*\])?Run\s+|\s*)/.source
const before = /(?:sudo\s+|corepack\s+|\w+=\S*\s+)*/.source
const client = /((?:npm|npx|yarn|pnpm|pnpx|bunx?)(?:\.cmd|\.exe)?(?:\s+\S.*?)?)/.source
const after = /(?:\s+v\d[\d.]*(?:\s+\(\w+\))?)?:?\s*$/.source
const commandLine = new RegExp(prompt + before + client + after)

const longestCommand = 4000

/** The first line that is a client's command, without the prompt before it. */
export function commandIn(text: string): { line: string; text: string } | null {
  for (const line of text.split('\n')) {
    const command = line.length > longestCommand || itsOwnOutput.test(line) ? undefined : commandLine.exec(line)?.[1]
    if (command) return { line, text: command }
  }
  return null
}
