// The text form of a case, as people read it:
//
//   What this case shows.
//   client: 6.7.0                      what the version command printed
//   name: npm                          the chosen client, if any
//   command: npm install left-pad
//   check: unauthorized 401            what the token check said
//   log: npm ERR! code E401
//   profile: https://npm.acme.example/ Artifactory   of which kind a registry under a host of its own is
//   now: 2026-11-24T12:00:00Z          what time it is
//   env: NPM_TOKEN=abc                 set
//   env: NPM_TOKEN                     known to be unset
//   package: left-pad 1.3.0 https://…  what is asked for, and where it lies if not at its registry
//   --- user .npmrc                    a file (project | user | global, and its name)
//   registry=…
//   === not-sent                       the verdict, then every finding, in order
//   cause AD101 user 2:10-2:42 The registry URL has no slash at the end
//   --- user .npmrc                    the file with the preferred mends
import fs from 'node:fs'

export function parse (text) {
  const [head, expectation] = text.split(/^=== /m)
  const [settings, ...files] = head.split(/^--- /m)
  const input = { sources: [], environment: {} }
  for (const line of settings.split('\n')) {
    const [, key, value] = /^(client|name|command|check|profile|log|now|env|package): ?(.*)$/.exec(line) ?? []
    if (key === 'client') input.client = value.replaceAll('\\n', '\n').replaceAll('\\e', '\x1b') + '\n'
    if (key === 'name') input.clientName = value
    if (key === 'command' || key === 'now') input[key] = value
    if (key === 'log') input.log = (input.log ? input.log + '\n' : '') + value
    if (key === 'check') input.tokenCheck = { registry: '', outcome: value.split(' ')[0], status: Number(value.split(' ')[1] ?? 0) }
    if (key === 'profile') {
      const [registry, ...words] = value.split(' ')
      input.profile = { registry, name: words.join(' ') }
    }
    if (key === 'package') {
      const [name, version, tarball] = value.split(' ')
      ;(input.packages ??= []).push({ name, ...(version && { version }), ...(tarball && { tarball }) })
    }
    if (key === 'env') input.environment[value.split('=')[0]] = value.includes('=') ? value.slice(value.indexOf('=') + 1) : null
  }
  input.sources = files.map(sourceOf)
  const [expected = '', ...mended] = (expectation ?? '').split(/^--- /m)
  return { input, expected: expected.trim(), mended: mended.map(sourceOf) }
}

const kinds = { 'package.json': 'package-json', '.yarnrc': 'yarnrc', '.yarnrc.yml': 'yarnrc-yml', '.yarnrc.yaml': 'yarnrc-yml', 'bunfig.toml': 'bunfig', 'pnpm-workspace.yaml': 'pnpm-workspace', 'ci.yml': 'workflow', list: 'npm-config-list',
  Dockerfile: 'auto', Jenkinsfile: 'auto', '.gitlab-ci.yml': 'auto', 'azure-pipelines.yml': 'auto', 'dependabot.yml': 'auto', pasted: 'auto', 'package-lock.json': 'lockfile', 'yarn.lock': 'lockfile', 'pnpm-lock.yaml': 'lockfile', 'bun.lock': 'lockfile' }

// "user .npmrc" and its text. What an editor cannot show is written out: ␍ for CR, ␀BOM for a byte-order mark, ␃ for no last line end.
function sourceOf (part) {
  const end = part.indexOf('\n')
  const [layer, ...rest] = part.slice(0, end).trim().split(' ')
  const name = rest.join(' ')
  const kind = kinds[name.split('/').at(-1)] ?? 'npmrc'
  const text = part.slice(end + 1).replaceAll('␍', '\r').replace('␀BOM', '\ufeff').replace('␃\n', '')
  return { kind, layer, name: layer === 'user' && !name.includes('/') ? '~/' + name : name, text }
}

// The report's verdict and findings, one a line.
export function summary (report, sources) {
  const place = at => at === null ? '' : 'start' in at ? `${sources[at.source].layer} ${at.start.line}:${at.start.column}-${at.end.line}:${at.end.column} `
    : 'default' in at ? 'default ' : Object.entries(at).map(([k, v]) => `${k} ${v} `).join('')
  return [
    report.verdict.state,
    ...report.findings.map(f => `${f.role} ${f.code} ${f.alternative ? 'alternative ' : ''}${f.certainty === 'likely' ? 'likely ' : ''}${place(f.at)}${f.title}`),
    ...report.questions.map(q => `question ${q.id}`)
  ].join('\n')
}

export const show = ({ layer, name, text }) => `--- ${layer} ${name.replace(/^~\//, '')}\n` +
  text.replaceAll('\r', '␍').replace('\ufeff', '␀BOM') + (text.endsWith('\n') || text === '' ? '' : '␃\n')

export const read = file => ({ file, ...parse(fs.readFileSync(file, 'utf8')) })
