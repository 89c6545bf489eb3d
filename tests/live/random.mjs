// Random configurations, mostly realistic and mostly near-miss: something that works, with a deviation or two of the kind that people make.
// Each is an input of access-doctor whose addresses all lead to the sandbox's registry.

/** A small generator of random numbers (mulberry32): the same seed gives the same sequence everywhere. */
export function dice (seed) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6D2B79F5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const pick = list => list[Math.floor(next() * list.length)]
  return {
    chance: p => next() < p,
    below: n => Math.floor(next() * n),
    pick,
    /** `[weight, value]` pairs. */
    weigh: pairs => {
      let at = next() * pairs.reduce((sum, [weight]) => sum + weight, 0)
      return pairs.find(([weight]) => (at -= weight) < 0)[1]
    },
    shuffle: list => list.map(each => [next(), each]).sort(([a], [b]) => a - b).map(([, each]) => each)
  }
}

const base64 = text => Buffer.from(text).toString('base64')
const quoted = word => /[^\w@%+=:,./-]/.test(word) ? `'${word.replaceAll("'", "'\\''")}'` : word

const kinds = { '.npmrc': 'npmrc', npmrc: 'npmrc', other: 'npmrc', '.yarnrc': 'yarnrc', '.yarnrc.yml': 'yarnrc-yml', 'bunfig.toml': 'bunfig', '.bunfig.toml': 'bunfig', 'pnpm-workspace.yaml': 'pnpm-workspace', 'package.json': 'package-json' }

/** The variables that files may name. */
const variables = ['HOST', 'REGISTRY', 'NPM_TOKEN', 'ALWAYS']

/** One configuration while it is made: deviations are counted, so that few meet in one. */
class Draft {
  constructor (seed, name, version) {
    this.dice = dice(seed)
    this.name = name
    this.major = parseInt(version)
    this.berry = name === 'yarn' && this.major >= 2
    this.texts = {} // by file name
    this.environment = {}
    this.flags = []
    this.userconfig = null
    this.deviations = this.dice.weigh([[3, 0], [6, 1], [5, 2], [2, 3]])
    this.tokens = 0
    const origin = this.dice.weigh([[6, 'http://127.0.0.1:4873'], [2, 'http://one.example.test'], [2, 'https://one.example.test'], [1, 'http://localhost:4874']])
    this.main = origin + this.dice.weigh([[8, '/r/one/'], [2, '/'], [2, '/r/nested/deep/'], [1, '/r/na%20me/'], [1, '/npm/registry/']])
    this.second = this.dice.weigh([[5, `${origin}/r/two/`], [3, origin.includes('4874') ? 'http://127.0.0.1:4873/r/one/' : 'http://localhost:4874/r/one/'], [2, 'http://two.example.test/npm/']])
  }

  /** One of the near misses, if any are left to make, else what is right. */
  deviate (right, misses, p = 0.3) {
    if (!this.deviations || !this.dice.chance(p)) return right
    this.deviations--
    return this.dice.weigh(misses)
  }

  variable (name, value) { // set, mostly; to nothing; not at all
    while (name in this.environment && this.environment[name] !== value) name += '_2'
    this.environment[name] = this.dice.weigh([[7, value], [2, null], [1, '']])
    return name
  }

  /** An address as somebody may write it. */
  url (right, p) {
    const { protocol, host, pathname } = new URL(right)
    const port = protocol === 'https:' ? 443 : 80
    return this.deviate(right, [
      [8, right.replace(/\/$/, '')], [1, right + '/'], [2, right.replace(host, host.toUpperCase())], [1, right.replace('http', 'HTTP')],
      [2, /:\d/.test(host) ? right.replace(/\/$/, '') : right.replace(host, `${host}:${port}`)], [1, `${right}  `], [2, `"${right}"`], [1, `'${right}'`], ...this.commented(right),
      [1, host + pathname], [1, right.replace('//', '//u:p@')], [1, right.replace('/one/', '/%6fne/')], [1, right.replace('://', ':/')],
      [2, right.replace(host, '${' + this.variable('HOST', host) + '}')], [2, '${' + this.variable('REGISTRY', right) + '}']
    ], p)
  }

  // Where such a comment stays in the address, it swallows the package's name: a registry then answers with anything.
  commented (right) {
    return this.berry || this.name === 'pnpm' || this.name === 'bun' ? [] : [[2, `${right} # main`], [1, `${right} ; main`]]
  }

  /** The start of a credential's key. */
  dart (right, p) {
    const { host, hostname, pathname, protocol } = new URL(right)
    const dart = `//${host}${pathname}`, port = protocol === 'https:' ? 443 : 80
    return this.deviate(dart + ':', [
      [6, dart.replace(/\/$/, '') + ':'], [3, `//${host}/:`], [1, `//${host}:`], [2, dart.replace(/[^/]+\/$/, '') + ':'], [1, `${dart}deeper/:`], [2, dart.replace(/[^/]*\/$/, 'sibling/:')], [1, `${dart}/:`], [1, `${dart}npm/registry/:`],
      [2, right + ':'], [1, `${protocol}//${host}${pathname.replace(/\/$/, '')}:`], [1, dart.replace(host, host.toUpperCase()) + ':'], [1, `//${hostname}${pathname}:`], [1, /:\d/.test(host) ? `//${hostname}${pathname}:` : `//${host}:${port}${pathname}:`],
      [1, dart.replace('%20', ' ') + ':'], [1, `${dart} :`], [1, `${dart}: `], [1, host + pathname + ':'], [3, ''], [1, '@acme:'], [1, `${dart}@acme/:`], [1, `${dart}:@acme:`],
      [1, dart.replace(host, '${' + this.variable('HOST', host) + '}') + ':']
    ], p)
  }

  value (right, p) {
    const v = name => '${' + this.variable('NPM_TOKEN', right) + name + '}'
    return this.deviate(right, [
      [2, `"${right}"`], [1, `'${right}'`], [1, `"${right}`], [2, ''], [2, `${right} # mine`], [1, `${right} ; mine`], [1, `${right}#mine`], [1, `${right}  `], [1, `Bearer ${right}`], [1, `<${right}>`], [1, `${right}=`], [1, 'true'],
      [6, v('')], [1, v('-')], [1, v('?')], [1, v(':-other')], [1, v('-other')], [1, '$' + this.variable('NPM_TOKEN', right)], [1, '\\' + v('')], [1, `"${v('')}"`], [1, `'${v('')}'`], [1, `x${v('')}y`], [1, v('').replace('{', '{ ').replace('}', ' }')], [1, v('') + v('')]
    ], p)
  }

  /** The keys and values of one credential, and whether it is meant to be a password. */
  credential (p) {
    const n = ++this.tokens, user = `user${n}`, pass = `pass${n}`
    const token = () => [['_authToken', this.value(`T${n}`, p)]]
    const pair = () => [['username', user], ['_password', this.deviate(base64(pass), [[2, pass], [1, ''], [1, base64(pass).replace(/=+$/, '')]], 0.2)]]
    const auth = () => [['_auth', this.value(base64(`${user}:${pass}`), p)]]
    return this.dice.weigh([
      [70, token], [9, auth], [9, pair], [2, () => [...token(), ...auth()]], [2, () => [...pair(), ...token()]], [2, () => [...pair(), ['email', 'me@example.test']]], [1, () => [['username', user]]],
      [1, () => [['_auth', `${user}:${pass}`]]], [1, () => [['_authtoken', `T${n}`]]], [1, () => [['authToken', `T${n}`]]], [1, () => [['token', `T${n}`]]], [1, () => [['_authToken[]', `T${n}`]]]
    ])()
  }

  line (file, line) { (this.texts[file] ??= []).push(line) }

  place () { // a place for a setting that all clients of .npmrc know
    return this.dice.weigh([[50, '~/.npmrc'], [34, '.npmrc'], [this.name === 'npm' ? 5 : 2, '{prefix}/etc/npmrc'], [5, 'environment'], [5, 'flag'], [1, '../.npmrc']])
  }

  /** Puts an npm setting somewhere, in that place's spelling. */
  set (key, value, place = this.place()) {
    if (place === 'environment') {
      const prefixes = { npm: ['npm_config_', 'NPM_CONFIG_'], yarn: ['npm_config_', 'YARN_', 'yarn_', 'NPM_CONFIG_'], pnpm: ['npm_config_', 'pnpm_config_', 'NPM_CONFIG_', 'PNPM_CONFIG_'], bun: ['npm_config_', 'NPM_CONFIG_', 'BUN_CONFIG_'] }[this.name]
      key = key.replace('${HOST}', new URL(this.main).host)
      const prefix = key === 'userconfig' ? prefixes[0] : this.dice.pick(prefixes), name = key.startsWith('//') || key.startsWith('@') ? key : key.replaceAll('-', '_')
      this.environment[prefix + (prefix[0] < 'a' && !/[/@]/.test(key) ? name.toUpperCase() : name)] = value
    } else if (place === 'flag') {
      const name = this.name === 'pnpm' && this.dice.chance(0.2) ? `config.${key}` : key
      if (this.flags.some(flag => flag.replace(/^--(config\.)?/, '').startsWith(`${key}=`) || flag === `--${key}`)) return
      value = value.replace(/ [#;].*/, '').replaceAll('"', '').trim() // which a shell takes
      this.flags.push(...this.dice.chance(0.3) && /^(registry|scope|userconfig)$/.test(name) ? [`--${name}`, value] : [`--${name}=${value}`])
    } else {
      this.line(place, this.dice.chance(0.08) ? `${key} = ${value}` : `${key}=${value}`)
    }
  }

  setRegistry (key, url) {
    if (this.name === 'pnpm' && this.dice.chance(0.15)) return this.line('pnpm-workspace.yaml', ['registries', key === 'registry' ? 'default' : key.split(':')[0], url.trim()])
    if (this.name === 'pnpm' && key === 'registry' && this.dice.chance(0.04)) return this.line('pnpm-workspace.yaml', [null, 'registry', url.trim()])
    if (this.name === 'yarn' && this.dice.chance(0.25)) {
      const value = url.replaceAll('"', '')
      return this.line(this.dice.pick(['.yarnrc', '~/.yarnrc']), `${/^\w+$/.test(key) ? key : `"${key}"`} ${this.deviate(`"${value}"`, [[1, value], [1, `'${value}'`]], 0.15)}`)
    }
    this.set(key, url)
  }
}

function addRegistry (draft, url, key, { p = 0.3 } = {}) {
  const { dice } = draft
  if (draft.name === 'bun' && dice.chance(0.3)) {
    const value = draft.value(`T${++draft.tokens}`, 0.15).replaceAll('"', '')
    const object = dice.weigh([[3, []], [3, [`token = "${value}"`]], [1, [`username = "u${draft.tokens}"`, `password = "p${draft.tokens}"`]]])
    const at = draft.url(url, p).replaceAll('"', '')
    const written = object.length || dice.chance(0.2) ? `{ ${[`url = "${at}"`, ...object].join(', ')} }` : `"${at}"`
    const file = dice.weigh([[4, 'bunfig.toml'], [1, '~/.bunfig.toml']])
    draft.line(file, key === 'registry' ? ['install', `registry = ${written}`] : ['install.scopes', `"${dice.chance(0.5) ? key.split(':')[0] : key.split(':')[0].slice(1)}" = ${written}`])
    if (object.length) return
  } else {
    draft.setRegistry(key, draft.url(url, p))
  }
  if (dice.chance(0.88)) {
    const dart = draft.dart(url), where = draft.place()
    for (const [option, value] of draft.credential(0.25)) draft.set(dart + option, value, where)
  }
}

function npmLike (draft) {
  const { dice, name } = draft
  if (dice.chance(0.92)) addRegistry(draft, draft.main, 'registry')
  if (dice.chance(0.12)) addRegistry(draft, dice.pick([draft.second, draft.main]), 'registry', { p: 0.15 })
  if (dice.chance(0.3)) addRegistry(draft, dice.pick([draft.second, draft.main]), dice.weigh([[8, '@acme:registry'], [1, '@ACME:registry'], [1, 'acme:registry'], [1, '@other:registry']]), { p: 0.2 })
  if (dice.chance(0.06)) addRegistry(draft, draft.second, '@other:registry')
  if (dice.chance(0.2)) { // another credential, of the same registry, a parent, another one, or bare
    const where = draft.place()
    const dart = dice.weigh([[3, draft.dart(draft.main, 0.6)], [2, draft.dart(draft.second, 0.2)], [1, '']])
    for (const [option, value] of draft.credential(0.15)) draft.set(dart + option, value, where)
  }
  if (dice.chance(name === 'yarn' ? 0.5 : draft.major <= 7 ? 0.25 : 0.08)) {
    const key = dice.weigh([[4, 'always-auth'], [1, `//${new URL(draft.main).host}${new URL(draft.main).pathname}:always-auth`]])
    const value = dice.weigh([[8, 'true'], [1, 'false'], [1, '"true"'], [1, '1']])
    if (name === 'yarn' && dice.chance(0.2)) draft.line('.yarnrc', `"${key}" ${value}`)
    else draft.set(key, value)
  }
  if (dice.chance(0.05)) {
    draft.userconfig = '../etc/other'
    for (const line of draft.texts['~/.npmrc'] ?? []) if (dice.chance(0.8)) draft.line('../etc/other', line)
    draft.set('userconfig', '../etc/other', dice.pick(['environment', 'flag']))
  }
  if (name === 'npm' && dice.chance(0.06)) {
    const [key, value] = dice.pick([['replace-registry-host', 'always'], ['replace-registry-host', 'never'], ['allow-remote', 'all'], ['allow-remote', 'none'], ['scope', '@acme'], ['scope', 'acme']])
    draft.set(key, value)
  }
  const npmrcs = Object.keys(draft.texts).filter(file => kinds[file.split('/').pop()] === 'npmrc')
  for (const file of npmrcs) {
    const add = (line, at = dice.pick(['push', 'unshift'])) => draft.texts[file][at](line)
    if (dice.chance(0.2)) add(dice.pick(['# a comment', '; a comment', '', 'save-exact=true', 'fund = false', 'progress=false', '  ', '// a comment', 'loglevel=warn', 'prefer-offline=false']))
    if (dice.chance(0.04)) add(dice.pick(['email=me@example.test', 'init-author-name=${NOBODY}', 'init.author.url=x', '[section]', '[section] ', 'omit[]=optional', 'just words', 'npm config set fund false', '=x', 'proxy=']))
    if (dice.chance(0.15)) draft.texts[file] = dice.shuffle(draft.texts[file])
  }
}

/** YAML of [map or null, key, value] lines. */
function workspaceText (lines) {
  const out = ['packages: ["."]'], maps = {}
  for (const [map, key, value] of lines) {
    const line = `${/^\w+$/.test(key) ? key : `"${key}"`}: ${/^["'{]/.test(value) ? value : `"${value}"`}`
    if (!map) out.push(line)
    else if (!maps[map]?.some(each => each.startsWith(line.split(':')[0]))) (maps[map] ??= []).push(`  ${line}`)
  }
  for (const [map, own] of Object.entries(maps)) out.push(`${map}:`, ...own.filter((line, i) => own.findIndex(each => each.split(': ')[0] === line.split(': ')[0]) === i))
  return out
}

function bunfigText (lines) {
  const tables = { install: [], 'install.scopes': [] }
  for (const [table, line] of lines) if (!tables[table].some(each => each.split(' = ')[0] === line.split(' = ')[0])) tables[table].push(line)
  return Object.entries(tables).flatMap(([table, own]) => own.length ? [`[${table}]`, ...own] : [])
}

function berryLike (draft) {
  const { dice } = draft
  // Settings as nested objects by file, so that no key stands twice unless that is what is tried.
  const files = {}
  const where = () => dice.weigh([[6, '.yarnrc.yml'], [3, '~/.yarnrc.yml'], [1, 'environment']])
  const scalar = value => dice.weigh([[3, `"${value.replaceAll('"', '')}"`], [1, /^[\w./:@%+=-]+$/.test(value) && !/:$/.test(value) ? value : `"${value.replaceAll('"', '')}"`], [1, `'${value.replaceAll("'", '')}'`]])
  const put = (path, value, place = where()) => {
    if (place === 'environment') {
      if (path.length > 1) place = '.yarnrc.yml'
      else { draft.environment['YARN_' + path[0].replace(/[A-Z]/g, '_$&').toUpperCase()] = value; return }
    }
    let at = (files[place] ??= {})
    for (const key of path.slice(0, -1)) at = (at[key] ??= {})
    at[path.at(-1)] = /^(true|false)$/.test(value) ? value : scalar(value)
  }
  const yes = () => draft.deviate('true', [[2, 'false'], [1, '${' + draft.variable('ALWAYS', 'true') + ':-false}'], [1, '1'], [1, 'yes']], 0.15)
  const credential = (path, place) => {
    const n = ++draft.tokens
    dice.weigh([
      [7, () => put([...path, 'npmAuthToken'], draft.value(`T${n}`, 0.3), place)], [1, () => put([...path, 'npmAuthIdent'], draft.value(`user${n}:pass${n}`, 0.2), place)],
      [1, () => put([...path, 'npmAuthIdent'], draft.value(base64(`user${n}:pass${n}`), 0.2), place)],
      [1, () => { put([...path, 'npmAuthToken'], `T${n}`, place); put([...path, 'npmAuthIdent'], `user${n}:pass${n}`, place) }]
    ])()
    if (dice.chance(0.7)) put([...path, 'npmAlwaysAuth'], yes(), dice.chance(0.85) ? place : undefined)
  }
  const server = (url, p = 0.3) => draft.url(url, p).replaceAll('"', '').trim()
  if (dice.chance(0.92)) put(['npmRegistryServer'], server(draft.main))
  if (dice.chance(0.12)) put(['npmPublishRegistry'], server(dice.pick([draft.main, draft.second]), 0.2))
  if (dice.chance(0.5)) credential([], where())
  if (dice.chance(0.45)) {
    for (const url of dice.weigh([[3, [draft.main]], [1, [draft.second]], [1, [draft.main, draft.second]]])) {
      const { host, pathname, protocol } = new URL(url), dart = `//${host}${pathname.replace(/\/$/, '')}`
      const key = draft.deviate(dart, [[4, dart + '/'], [2, `//${host}`], [2, protocol + dart], [1, protocol + dart + '/'], [1, dart.replace(host, host.toUpperCase())], [1, dart.replace(/\/[^/]*$/, '')], [1, host + pathname], [1, `${dart}/:`], [1, '//${' + draft.variable('HOST', host) + '}' + pathname.replace(/\/$/, '')]], 0.35)
      credential(['npmRegistries', key], dice.pick(['.yarnrc.yml', '~/.yarnrc.yml']))
    }
  }
  if (dice.chance(0.4)) {
    const scope = draft.deviate('acme', [[2, '@acme'], [1, 'ACME'], [2, 'other']], 0.2)
    const place = dice.pick(['.yarnrc.yml', '.yarnrc.yml', '~/.yarnrc.yml'])
    if (dice.chance(0.8)) put(['npmScopes', scope, 'npmRegistryServer'], server(dice.pick([draft.main, draft.second]), 0.2), place)
    if (dice.chance(0.15)) put(['npmScopes', scope, 'npmPublishRegistry'], server(dice.pick([draft.main, draft.second]), 0.1), place)
    if (dice.chance(0.6)) credential(['npmScopes', scope], dice.chance(0.8) ? place : dice.pick(['.yarnrc.yml', '~/.yarnrc.yml']))
  }
  if (dice.chance(0.05)) put([dice.pick(['npmAuthtoken', 'registry', 'npmRegistry', 'always-auth'])], 'x')
  if (dice.chance(0.05)) draft.set('registry', draft.main, dice.pick(['~/.npmrc', '.npmrc', 'environment']))
  if (dice.chance(0.05)) draft.set(draft.dart(draft.main) + '_authToken', 'T9', dice.pick(['~/.npmrc', '.npmrc']))
  const lines = (object, indent = '') => Object.entries(object).flatMap(([key, value]) => {
    const name = /^\w+$/.test(key) ? key : `"${key}"`
    return typeof value === 'string' ? [`${indent}${name}: ${value}`] : [`${indent}${name}:`, ...lines(value, indent + '  ')]
  })
  for (const [file, object] of Object.entries(files)) {
    draft.texts[file] = lines(object)
    if (dice.chance(0.1)) draft.texts[file].unshift(dice.pick(['# a comment', '', 'enableGlobalCache: false', 'nodeLinker: node-modules', '---']))
  }
}

function tarballOf (draft, name) {
  const { dice } = draft, { origin, host, protocol, pathname } = new URL(draft.main)
  const at = dice.weigh([
    [4, draft.second], [2, 'http://localhost:4874/r/one/'], [2, `${origin}/files/`], [1, origin + '/'], [1, 'https://registry.npmjs.org/'], [1, 'https://registry.yarnpkg.com/'], [1, draft.main],
    [1, /:\d/.test(host) ? draft.second : `${protocol === 'https:' ? 'http:' : 'https:'}//${host}${pathname}`], [1, draft.main.replace(host, host.toUpperCase())], [1, /:\d/.test(host) ? draft.main : draft.main.replace(host, `${host}:${protocol === 'https:' ? 443 : 80}`)]
  ])
  return `${at}${name}/-/${name.split('/').pop()}-1.0.0.tgz`
}

const strays = [' ', '\t', '"', "'", '#', ';', ':', '=', '\\', '@', '/', '.', ',', '-', '[', ']', '{', '}', '$', '${', '&', '*', '!', '%', '|', '>', '?', '`', '~', '\u00a0', '\ufeff', '\u2028', '\u200b', '“', 'é']
const strayLines = ['[registry]', '[npm]', '[a.b]', '---', '...', '- x', 'a: b', 'a b', '"a" "b"', '"a"=b', "'a'='b'", 'registry', 'registry=', 'registry=null', '=', ':', 'a:', '  a: b', '  b', '<<<<<<< HEAD', '=======', '{', '{ "a": "b" }', '# a: b', 'a = [', 'a = "b', '[install', '//x/:_authToken']

/** A text with one slip of the hand in it, wherever that falls. */
function slipped (text, { pick, below, weigh }) {
  const at = below(text.length + 1)
  const all = text.split('\n'), line = below(all.length)
  const put = (...by) => all.toSpliced(line, 1, ...by).join('\n')
  return weigh([
    [4, () => text.slice(0, at) + pick(strays) + text.slice(at)],
    [3, () => text.slice(0, at) + text.slice(at + 1)],
    [1, () => text.slice(0, at) + text.slice(at, at + 1).toUpperCase() + text.slice(at + 1)],
    [2, () => put(pick(strayLines), all[line])],
    [2, () => put(all[line].replace(/([=:] ?)[^=:]*$/, `$1${pick(['null', 'true', 'false', '0', '12', "'12'", "'null'", '~', '[]', '{}', '""', "''", '!x', '*', '&x y', '|', '>', '-', 'a: b', 'a #b'])}`))],
    [1, () => put(all[line], all[line])],
    [1, () => text + all.slice(line, line + 3).join('\n') + '\n'],
    [1, () => put(' '.repeat(1 + below(4)) + all[line])],
    [1, () => put(all[line].trimStart())],
    [1, () => put()],
    [1, () => put(all[line], '')],
    [1, () => put(`#${all[line]}`)],
    [1, () => all.slice(0, line).join('\n') + all.slice(line).join('\n')],
    [1, () => put(all[line] + pick([' ', '\t', '\\', ';', ',', ' # c', ' ; c', ' //c', '"', "'"]))]
  ])()
}

/** An input of access-doctor, all of it decided by the seed. */
export function randomInput (seed, name, version) {
  const draft = new Draft(seed, name, version), { dice, major, berry } = draft
  const [, minor] = version.split('.').map(Number)
  if (berry) berryLike(draft)
  else npmLike(draft)

  const package_ = () => dice.weigh([[6, 'plainpkg'], [3, '@acme/x'], [0.4, '@other/y']])
  const scope = () => dice.chance(0.35) ? '@acme/app' : 'app'
  const commands = berry
    ? [[6, 'install'], [1.5, 'view'], [1.5, 'whoami'], [1.5, 'publish']]
    : { npm: [[10, 'install'], [3, 'view'], [3, 'whoami'], [1, 'ping'], [4, 'publish']], yarn: [[10, 'install'], [2, 'view'], [3, 'publish']], pnpm: major <= 10 ? [[20, 'install'], [0.2, 'whoami']] : [[10, 'install'], [2, 'view'], [2, 'whoami'], [1, 'ping'], [3, 'publish']], bun: [[10, 'install'], [major === 1 && minor < 2 ? 0 : 2, 'view'], [2, 'whoami'], [3, 'publish']] }[name]
  const command = dice.weigh(commands)
  const first = package_()
  let packages = []
  if (command === 'publish') packages = [{ name: scope(), version: '2.0.0' }]
  else if (command === 'view') packages = [{ name: first, version: '1.0.0' }]
  else if (command === 'install') {
    const names = dice.chance(0.12) ? ['plainpkg', '@acme/x'] : [first]
    packages = names.map(each => ({ name: each, version: '1.0.0', ...(dice.chance(0.22) ? { tarball: tarballOf(draft, each) } : {}) }))
  }
  const words = berry
    ? { install: 'install', view: `npm info ${first} --fields version`, whoami: `npm whoami${dice.chance(0.2) ? ' --scope acme' : ''}${dice.chance(0.2) ? ' --publish' : ''}`, publish: 'npm publish' }[command]
    : { install: 'install', view: `${{ npm: 'view', yarn: 'info', pnpm: 'view', bun: 'pm view' }[name]} ${first} version`, whoami: name === 'bun' ? 'pm whoami' : 'whoami', ping: 'ping', publish: 'publish' }[command]

  const files = Object.entries(draft.texts)
  const sources = files.map(([file, lines]) => {
    const base = file.split('/').pop()
    if (base === 'pnpm-workspace.yaml') lines = workspaceText(lines)
    if (base.endsWith('bunfig.toml')) lines = bunfigText(lines)
    const end = dice.chance(0.06) ? '\r\n' : '\n'
    const text = (dice.chance(0.03) ? '\ufeff' : '') + lines.join(end) + (dice.chance(0.05) ? '' : end)
    return { kind: kinds[base], layer: file.startsWith('~/') || file === draft.userconfig ? 'user' : file.startsWith('{prefix}/') ? 'global' : 'project', name: file, text }
  })
  if (command === 'publish' && dice.chance(0.4)) {
    const own = packages[0]
    const publishConfig = {}
    if (dice.chance(0.8)) publishConfig.registry = draft.url(dice.pick([draft.main, draft.second]), 0.2)
    if (dice.chance(0.25)) publishConfig['@acme:registry'] = draft.url(dice.pick([draft.main, draft.second]), 0.2)
    if (dice.chance(0.2)) publishConfig.access = 'public'
    if (dice.chance(0.05)) publishConfig[draft.dart(draft.main) + '_authToken'] = 'T8'
    if (berry && publishConfig.registry === undefined) delete publishConfig['@acme:registry']
    sources.push({ kind: 'package-json', layer: 'project', name: 'package.json', text: JSON.stringify({ ...own, publishConfig }, null, 2) + '\n' })
  }
  if (sources.length && draft.deviations && dice.chance(0.5)) {
    const source = dice.pick(sources)
    if (source.kind !== 'package-json') source.text = slipped(source.text, dice)
  }
  const written = JSON.stringify([sources, draft.flags])
  const environment = Object.fromEntries(Object.entries(draft.environment).filter(([name]) => !variables.includes(name.replace(/(_2)+$/, '')) || written.includes(name) ||
    Object.values(draft.environment).some(value => value?.includes(`{${name}`))))
  for (const { text } of sources) for (const [, variable] of text.matchAll(/\$\{?\s*([A-Za-z_]\w*)/g)) environment[variable] ??= null
  return { client: version + '\n', clientName: name, sources, environment, command: [name, words, ...draft.flags.map(quoted)].join(' '), packages }
}
