// The static pages beside the diagnosis: one for each rule, made from the rule's own words and its first case, and what each
// client was seen to send, made from the recordings. Expects build/native/access-doctor.
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { read as readCase, show } from '../tests/cases/case.mjs'
import { read, unfold } from '../tests/observed/lines.mjs'
import { berry, npmrc } from '../tests/observed/situations.mjs'

const web = import.meta.dirname
const root = join(web, '..')
const program = join(root, 'build/native/access-doctor')

const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const esc = text => String(text).replace(/[&<>"]/g, c => escapes[c])
/** Text with `code` in it. */
const prose = text => text.split(/`([^`]+)`/).map((part, i) => (i % 2 ? `<code>${esc(part)}</code>` : esc(part))).join('')

const layout = (title, description, up, body) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="description" content="${esc(description)}">
<title>${esc(title)}</title>
<link rel="icon" href="${up}favicon.svg">
<link rel="stylesheet" href="${up}page.css">
<link rel="stylesheet" href="${up}pages.css">
<nav aria-label="Pages"><a href="${up}index.html">Diagnosis</a> <a href="${up}rules/index.html">All findings</a> <a href="${up}clients.html">What each client sends</a> <a href="${up}docs/embedding.html">Put it on your page</a> <a href="${up}docs/cors.html">Open your registry to it</a> <a href="${up}docs/licences.html">Licences</a></nav>
<main>
${body}
</main>
</html>
`

const rules = JSON.parse(execFileSync(program, ['--rules'], { input: '', maxBuffer: 2 ** 26 }))

/** The first case in which the rule speaks as loudly as it ever does, with its report. */
function exampleOf (code) {
  const folder = join(root, 'tests/cases', code)
  const cases = readdirSync(folder).filter(name => name.endsWith('.case') && !name.startsWith('silent')).sort().map(name => readCase(join(folder, name)))
  const reports = diagnose(cases.map(({ input }) => input)), typed = diagnose(cases.map(({ input }) => asTyped(input)))
  const volume = ['cause', 'risk', 'advice']
  const of = report => report.findings.find(f => f.code === code)
  return cases.map((each, i) => ({ ...each, report: reports[i], finding: of(reports[i]), opens: Boolean(of(typed[i])) }))
    .filter(({ finding }) => finding)
    .sort((a, b) => b.opens - a.opens || a.finding.alternative - b.finding.alternative || volume.indexOf(a.finding.role) - volume.indexOf(b.finding.role))[0]
}

const diagnose = inputs => execFileSync(program, ['--reveal'], { input: inputs.map(each => JSON.stringify(each)).join('\n'), maxBuffer: 2 ** 28 }).toString().trimEnd().split('\n').map(line => JSON.parse(line))

/** What can be typed into the page: no token check, no list of packages, of variables only whether they are set; what a box holds is told by its text. */
const asTyped = ({ tokenCheck, packages, environment, sources, ...input }) => ({ ...input, sources: sources.map(each => each.kind === 'npmrc' ? { ...each, kind: 'auto', name: '' } : each), environment: Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, value === null ? null : 'set'])) })

/** The example as the diagnosis page takes it. */
function inputsOf (input) {
  const at = layer => input.sources.findIndex(s => s.kind === 'npmrc' && s.layer === layer)
  const user = at('user'), project = at('project')
  const files = input.sources.flatMap(({ kind, layer, name }, i) => (i === user || i === project ? [] : [{ field: `file-${i + 100}`, kind, layer, name }]))
  return {
    version: (input.client ?? '').trim(),
    clientName: input.clientName ?? null,
    user: input.sources[user]?.text ?? '',
    project: input.sources[project]?.text ?? '',
    failing: [input.command, input.log].filter(Boolean).join('\n'),
    files,
    texts: Object.fromEntries(files.map(({ field }) => [field, input.sources[field.slice(5) - 100].text])),
    answers: Object.fromEntries(Object.entries(input.environment).map(([name, value]) => [name, value !== null]))
  }
}

const file = source => {
  const [name, ...lines] = show(source).replace(/^--- /, '').split('\n')
  return `<figure><figcaption>${esc(name)}</figcaption><pre tabindex="0">${esc(lines.join('\n'))}</pre></figure>`
}

const outcomes = { usable: 'sent', none: 'not sent', unusable: 'no token that is one', unknown: 'not known' }
const range = ({ name, from, to }) => `${name} ${from} ${to ? `to before ${to}` : 'and later'}`

function rulePage ({ code, title, why, sources }, { input, report, finding, opens }) {
  const mended = report.mended.map(m => (m.source === null ? m : { ...input.sources[m.source], text: m.text }))
  const commands = finding.fixes.flatMap(({ commands: c }) => c ? [...new Set([c.bash, c.powershell, c.cmd])] : [])
  const told = [input.client && `The client is ${input.client.trim()}.`, input.command && `The command is \`${input.command}\`.`, input.log && `It ended with \`${input.log.split('\n').at(-1)}\`.`].filter(Boolean).join(' ')
  return layout(`${code}: ${title}`, why, '../', `<h1><span class="code">${code}</span> ${esc(title)}</h1>
<p>${prose(why)}</p>
<h2>An example</h2>
<p>${prose(told)} ${opens ? `<a href="../index.html#example=${code}">Open it in the diagnosis</a>` : ''}</p>
${input.sources.map(file).join('\n')}
<blockquote><p><b>${esc(finding.title)}</b></p><p>${prose(finding.message)}</p></blockquote>
<h2>What to do</h2>
${finding.fixes.length ? `<ul>${finding.fixes.map(fix => `<li>${prose(fix.title)}</li>`).join('')}</ul>` : '<p>No change of a file cures this; the text above says what does.</p>'}
${mended.length ? `<p>Mended:</p>\n${mended.map(file).join('\n')}` : ''}
${commands.map(command => `<pre tabindex="0">${esc(command)}</pre>`).join('\n')}
<h2>Which clients would send the token with this example</h2>
<table><caption>As simulated from the table of facts</caption><thead><tr><th scope="col">Client</th><th scope="col">Package data</th><th scope="col">Downloads</th><th scope="col">Publish</th></tr></thead>
<tbody>${report.clients.map(c => `<tr><th scope="row">${range(c)}</th><td>${outcomes[c.packument]}</td><td>${outcomes[c.tarball]}</td><td>${outcomes[c.publish]}</td></tr>`).join('\n')}</tbody></table>
${sources ? `<h2>Where this comes from</h2>\n<p>${prose(sources)}</p>` : ''}`)
}

const rulesIndex = () => layout('All findings', 'Every finding of the npm access doctor, by code.', '../', `<h1>All findings</h1>
<p>Each has a code that lasts, and a page. <label>Search <input type="search" data-filter="li"></label></p>
<ul class="rules">${rules.map(({ code, title, why }) => `<li><a href="${code}.html"><span class="code">${code}</span> ${esc(title)}</a><br><small>${prose(why.split('. ')[0])}${why.includes('. ') ? '.' : ''}</small></li>`).join('\n')}</ul>
<script src="../filter.js"></script>`)

// --- What each client sends.

const columns = ['npm', 'yarn 1', 'pnpm', 'bun', 'yarn 2 to 4']
const columnOf = ({ clientName, client }) => (clientName !== 'yarn' ? clientName : parseInt(client) >= 2 ? 'yarn 2 to 4' : 'yarn 1')
const byVersion = (a, b) => a.localeCompare(b, 'en', { numeric: true })
const isPublic = url => /^https?:\/\/registry\.(npmjs\.org|yarnpkg\.com)/.test(url)

/** What an install was seen to send: for package data, and for downloads where that differs. */
function sent ({ requests, exit }) {
  const own = requests.filter(({ url }) => !isPublic(url))
  if (!requests.length) return exit === 0 ? 'nothing asked' : 'stops'
  if (!own.length) return 'asks the public registry'
  const headers = purpose => [...new Set(own.filter(r => r.purpose === purpose).map(r => r.authorization ?? 'no header'))].join(' and ')
  const [data, downloads] = [headers('packument'), headers('tarball')]
  return !downloads || data === downloads ? data : `${data || 'nothing'}; downloads: ${downloads}`
}

function clientsPage () {
  const folder = join(root, 'tests/observed')
  const runs = readdirSync(folder).filter(name => name.endsWith('.jsonl')).flatMap(name => unfold(read(join(folder, name))))
  const seen = new Map() // id → column → release → what it sent
  for (const { id, input, observed } of runs) {
    if (!/^\S+ install/.test(input.command)) continue
    const column = columnOf(input), cells = seen.get(id) ?? seen.set(id, {}).get(id)
    ;(cells[column] ??= new Map()).set(input.client.trim(), sent(observed))
  }
  // Neighbours in the list of recorded releases that agree are one range.
  const ranges = releases => {
    const out = []
    for (const version of [...releases.keys()].sort(byVersion)) {
      const what = releases.get(version)
      if (out.at(-1)?.what === what) out.at(-1).to = version
      else out.push({ from: version, to: version, what })
    }
    return out.map(({ from, to, what }) => `<div>${from === to ? from : `${from} – ${to}`}: <b>${esc(what)}</b></div>`).join('')
  }
  const row = ({ id, title, ...situation }, shown) => {
    const cells = seen.get(id)
    if (!cells) return ''
    const places = Object.entries(situation).map(([key, value]) => typeof value === 'string' && /rc|yml|yaml|toml|json|other/.test(key) ? `${key}\n${value.trimEnd()}` : `${key}: ${JSON.stringify(value)}`)
    return `<tr id="s${esc(id)}"><th scope="row"><a href="#s${esc(id)}">${esc(id)}</a> ${prose(title)}<details><summary>Files</summary><pre tabindex="0">${esc(places.join('\n\n'))}</pre></details></th>${shown.map(c => `<td>${cells[c] ? ranges(cells[c]) : '–'}</td>`).join('')}</tr>`
  }
  const groups = [['Registry and key', /^[1-7][a-z]*$/], ['Forms of a credential', /^8/], ['Values, variables and how a file is written', /^9/], ['Which file counts', /^10/], ['On the command line', /^11/], ['Scopes', /^12/], ['Downloads that lie elsewhere', /^13/], ['How an address is spelt', /^14/], ['Lines that stand twice, and odd ones', /^15/], ['The environment', /^16/], ['bunfig.toml', /^17/], ['publishConfig', /^18/], ['pnpm-workspace.yaml', /^19/]]
  const table = (heading, situations, shown) => {
    const rows = situations.map(s => row(s, shown)).filter(Boolean)
    return rows.length ? `<h2>${heading}</h2>\n<div class="wide" tabindex="0" role="region" aria-label="${heading}"><table><thead><tr><th scope="col">Situation</th>${shown.map(c => `<th scope="col">${c}</th>`).join('')}</tr></thead>\n<tbody>${rows.join('\n')}</tbody></table></div>` : ''
  }
  return layout('What each client sends', 'Which Authorization header npm, yarn, pnpm and bun send, by release and configuration, as recorded with the real clients.', '', `<h1>What each client sends</h1>
<p>Releases of npm, yarn, pnpm and bun were run with an install in each of these situations, against a registry on the same machine that wrote every request down with its Authorization header. What stands here is what they sent: no reading of their documentation. T, T1 and T2 are tokens, HOST is the registry. A range names the first and the last recorded release that did the same, with none between them that did otherwise. The recordings lie in the project's <code>tests/observed</code>, and its tests predict each of them.</p>
<p><label>Search <input type="search" data-filter="tbody tr"></label></p>
${groups.map(([heading, ids]) => table(heading, npmrc.filter(({ id }) => ids.test(id)), columns.slice(0, 4))).join('\n')}
${table('.yarnrc.yml', berry, columns.slice(4))}
<script src="filter.js"></script>`)
}

/** Pages written by hand: a title and a description, then the body; {{file}} is a file beside it, as it is. */
async function docsPage (name, values) {
  const folder = join(web, 'docs')
  let [, title, description, body] = /^<title>(.*)<\/title>\n<meta name="description" content="(.*)">\n([^]*)$/.exec(await readFile(join(folder, name), 'utf8'))
  for (const [key, value] of Object.entries(values)) body = body.replaceAll(`{{${key}}}`, esc(value))
  const files = Object.fromEntries(await Promise.all([...body.matchAll(/\{\{(.+?)\}\}/g)].map(async ([, file]) => [file, await readFile(join(folder, file), 'utf8')])))
  return layout(title, description, '../', body.replace(/\{\{(.+?)\}\}/g, (_, file) => `<figure><figcaption>${esc(file)}</figcaption><pre tabindex="0">${esc(files[file])}</pre></figure>`))
}

export async function writePages (dist, minified, values) {
  await mkdir(join(dist, 'rules'), { recursive: true })
  for (const rule of rules) {
    const example = exampleOf(rule.code)
    await writeFile(join(dist, `rules/${rule.code}.html`), rulePage(rule, example))
    if (example.opens) await writeFile(join(dist, `rules/${rule.code}.json`), JSON.stringify(inputsOf(example.input)))
  }
  await writeFile(join(dist, 'rules/index.html'), rulesIndex())
  await mkdir(join(dist, 'docs'), { recursive: true })
  for (const name of readdirSync(join(web, 'docs')).filter(each => each.endsWith('.html'))) await writeFile(join(dist, 'docs', name), await docsPage(name, values))
  await writeFile(join(dist, 'clients.html'), clientsPage())
  await writeFile(join(dist, 'pages.css'), await minified(join(web, 'pages.css'), 'css'))
  await cp(join(web, 'filter.js'), join(dist, 'filter.js'))
}
