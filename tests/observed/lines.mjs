// The recordings as kept: one line a situation and outcome, with every release that was seen to do so.
//   {"id", "clients": ["6.4.1", …], "input" (without its client), "observed"}
import fs from 'node:fs'

// Recorded runs {id, input, observed} → lines to keep.
export function fold (runs) {
  const lines = new Map()
  for (const { id, input: { client, ...input }, observed } of runs) {
    const key = JSON.stringify([id, input, observed])
    if (!lines.has(key)) lines.set(key, { id, clients: [], input, observed })
    lines.get(key).clients.push(client.trim())
  }
  return [...lines.values()]
}

export const unfold = lines => lines.flatMap(({ id, clients, input, observed }) =>
  clients.map(client => ({ id, input: { client: client + '\n', ...input }, observed })))

export const read = file => fs.readFileSync(file, 'utf8').split('\n').filter(Boolean).map(line => JSON.parse(line))

export const write = (file, lines) => fs.writeFileSync(file, lines.map(line => JSON.stringify(line) + '\n').join(''))
