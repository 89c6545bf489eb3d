// Makes an input smaller as long as what is wrong with it stays wrong.

const without = (list, i) => list.filter((_, each) => each !== i)

/** Inputs with one thing less, or one thing simpler, the greatest steps first. */
function * smaller (input) {
  const { sources, environment, packages } = input
  for (let i = 0; i < sources.length; i++) yield { ...input, sources: without(sources, i) }
  const [, start, flags] = /^((?:[^-'"]|\S-)*?)((?: -.*)?)$/.exec(input.command) ?? [null, input.command, '']
  const words = flags.match(/ --(?:'[^']*'|[^\s'])+(?: (?!-)(?:'[^']*'|[^\s'])+)?| '(?:[^']*)'/g) ?? []
  for (let i = 0; i < words.length; i++) yield { ...input, command: start + without(words, i).join('') }
  for (const name of Object.keys(environment)) if (environment[name] !== null) yield { ...input, environment: Object.fromEntries(Object.entries(environment).filter(([each]) => each !== name)) }
  for (let i = 0; i < packages.length; i++) {
    if (packages.length > 1) yield { ...input, packages: without(packages, i) }
    if (packages[i].tarball) yield { ...input, packages: packages.map((each, j) => i === j ? { name: each.name, version: each.version } : each) }
  }
  const edit = (i, text) => ({ ...input, sources: sources.map((each, j) => i === j ? { ...each, text } : each) })
  for (const [i, { kind, text }] of sources.entries()) {
    if (text.startsWith('\ufeff')) yield edit(i, text.slice(1))
    if (text.includes('\r')) yield edit(i, text.replaceAll('\r', ''))
    if (kind === 'package-json') {
      const { publishConfig = {}, ...own } = JSON.parse(text)
      for (const key of Object.keys(publishConfig)) yield edit(i, JSON.stringify({ ...own, publishConfig: Object.fromEntries(Object.entries(publishConfig).filter(([each]) => each !== key)) }))
      continue
    }
    const lines = text.split('\n')
    for (let j = 0; j < lines.length; j++) if (lines.length > 1 && lines[j]) yield edit(i, without(lines, j).join('\n'))
    for (const [j, line] of lines.entries()) {
      // The value alone, without what stands around it.
      const plain = line.replace(/\$\{(\w+)[^}]*\}/g, (whole, name) => environment[name] ?? whole).replace(/^\s*([^=\s]+)\s*=\s*["']?(.*?)["']?( [#;].*)?\s*$/, '$1=$2')
      if (plain !== line) yield edit(i, lines.map((each, k) => j === k ? plain : each).join('\n'))
    }
  }
}

/** The smallest input found for which `fails(input)` holds, as it does for `input`. */
export async function shrink (input, fails) {
  for (let again = true; again;) {
    again = false
    for (const candidate of smaller(input)) {
      if (!await fails(candidate)) continue
      input = candidate
      again = true
      break
    }
  }
  return input
}
