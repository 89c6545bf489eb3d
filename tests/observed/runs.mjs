// Situations × commands → what is run, as inputs of access-doctor.
import { berry, npmrc } from './situations.mjs'

// What HOST and HOST2 stand for: the ports of the registry in the sandbox.
const HOST = '127.0.0.1:4873', HOST2 = 'localhost:4874'
const places = { HOST, HOST2, PORT: '4873', PORT2: '4874' }
const fill = value => typeof value === 'string'
  ? value.replace(/\$\{(HOST2|HOST|PORT2|PORT)\}/g, (_, name) => places[name])
  : Array.isArray(value) ? value.map(fill)
    : value && typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([key, each]) => [fill(key), fill(each)])) : value

const kinds = { '.npmrc': 'npmrc', npmrc: 'npmrc', other: 'npmrc', '.yarnrc': 'yarnrc', '.yarnrc.yml': 'yarnrc-yml', 'bunfig.toml': 'bunfig', 'pnpm-workspace.yaml': 'pnpm-workspace', 'package.json': 'package-json' }
// In the order in which they stand in an input.
const files = ['.npmrc', '../.npmrc', '~/.npmrc', '../etc/other', '{prefix}/etc/npmrc', '.yarnrc', '~/.yarnrc', '.yarnrc.yml', '~/.yarnrc.yml', 'bunfig.toml', 'pnpm-workspace.yaml', '.env.yarn', 'package.json']

// Where view says no more than install, a few situations do for it; publish and ping are run in those that are about the token's place.
const withView = new Set(['1', '4', '6', '7', '8a', '8c', '8f', '9b', '12a', '13a', '14f', '15a2', '15d4'])
const withPublish = new Set(['1', '2', '6', '7', '8a', '8b', '8c', '8d', '8e', '8f', '8h', '8i', '15d4', 'B1', 'B2', 'B6', 'B7', 'B7b', 'B19'])

function commandsOf (client, major, { id, commands }) {
  if (client === 'pnpm' && major <= 10) return (commands ?? ['install']).filter(command => command === 'install') // hands the rest to whatever npm is on PATH
  if (commands) return commands
  const all = { npm: ['install', 'view', 'whoami', 'ping', 'publish'], yarn: major >= 2 ? ['install', 'view', 'whoami', 'publish'] : ['install', 'view', 'publish'], pnpm: ['install', 'view', 'whoami', 'ping', 'publish'], bun: ['install', 'view', 'whoami', 'publish'] }[client]
  const viewIsItsOwn = (client === 'npm' && major <= 6) || (client === 'yarn' && major >= 2)
  return all.filter(command => command === 'view' ? viewIsItsOwn || withView.has(id) : command === 'ping' || command === 'publish' ? withPublish.has(id) : true)
}

function words (client, major, command, name) {
  if (client === 'yarn' && major >= 2) return { view: `npm info ${name} --fields version`, whoami: 'npm whoami', publish: 'npm publish' }[command] ?? command
  return { npm: { view: `view ${name} version` }, yarn: { view: `info ${name} version` }, pnpm: { view: `view ${name} version` }, bun: { view: `pm view ${name} version`, whoami: 'pm whoami' } }[client][command] ?? command
}

const quoted = word => /[^\w@%+=:,./-]/.test(word) ? `'${word.replaceAll("'", "'\\''")}'` : word

/** All runs of one release: `{ id, input }`, an input of access-doctor each. yarn 1 has each install and view with always-auth in the environment too, as `~aa`. */
export function runsOf (client, version) {
  const major = parseInt(version)
  const runs = []
  for (const situation of client === 'yarn' && major >= 2 ? berry : npmrc) {
    if (situation.only && !situation.only.includes(client)) continue
    const { id, deps = ['plainpkg'], env = {}, args = [], tarballs, pkgName = 'app', ...own } = fill(situation)
    const sources = files.filter(name => name in own).map(name => ({
      kind: kinds[name.split('/').pop()] ?? 'auto', name,
      layer: name.startsWith('~/') || Object.values(env).includes(name) ? 'user' : name.startsWith('{prefix}/') ? 'global' : 'project',
      text: name === 'package.json' ? JSON.stringify({ name: pkgName, version: '2.0.0', ...own[name] }, null, 2) + '\n' : own[name]
    })).map(({ kind, layer, name, text }) => ({ kind, layer, name, text }))
    for (const command of commandsOf(client, major, situation)) {
      const name = command === 'publish' ? pkgName : deps[0]
      const packages = command === 'whoami' || command === 'ping' ? [] : [{
        name, version: command === 'publish' ? '2.0.0' : '1.0.0',
        ...(tarballs ? { tarball: `${tarballs.replace(/\/$/, '')}/${name}/-/${name.split('/').pop()}-1.0.0.tgz` } : {})
      }]
      const run = (id, env) => {
        const environment = { ...env }
        for (const { text } of sources) for (const [, variable] of text.matchAll(/\$\{?\s*([A-Za-z_]\w*)/g)) environment[variable] ??= null
        runs.push({ id, input: { client: version + '\n', clientName: client, sources, environment, command: [client, words(client, major, command, deps[0]), ...args.map(quoted)].join(' '), packages } })
      }
      run(id, env)
      if (client === 'yarn' && major === 1 && command !== 'publish') run(`${id}~aa`, { npm_config_always_auth: 'true', ...env })
    }
  }
  return runs
}
