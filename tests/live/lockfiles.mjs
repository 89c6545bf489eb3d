// What clients fetch when a lockfile names the addresses. Each input holds the lockfile in the client's own form.
const home = 'http://127.0.0.1:4873/r/one/', name = 'plainpkg'

// The later pnpm wants one; what it is does not matter, for the download is asked for before it is compared.
const integrity = `sha512-${'A'.repeat(86)}==`

function lockfile (client, url) {
  const [program, version] = client.split(' ')
  const entry = { version: '1.0.0', resolved: url }
  const npm = { name: 'app', version: '1.0.0', lockfileVersion: 1, requires: true, dependencies: { [name]: entry } }
  const packages = { '': { name: 'app', version: '1.0.0', license: 'MIT', dependencies: { [name]: '1.0.0' } }, [`node_modules/${name}`]: { ...entry, license: 'MIT' } }
  switch (program) {
    case 'npm': return ['package-lock.json', JSON.stringify(parseInt(version) < 7 ? npm : { ...npm, lockfileVersion: 2, packages }, null, 2)]
    case 'yarn': return ['yarn.lock', `# yarn lockfile v1\n\n\n${name}@1.0.0:\n  version "1.0.0"\n  resolved "${url}"\n`]
    case 'pnpm': return ['pnpm-lock.yaml', `lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      ${name}:\n        specifier: 1.0.0\n        version: 1.0.0\n\npackages:\n\n  ${name}@1.0.0:\n    resolution: {integrity: ${integrity}, tarball: ${url}}\n\nsnapshots:\n\n  ${name}@1.0.0: {}\n`]
    default: return ['bun.lock', `{\n  "lockfileVersion": 1,\n  "workspaces": {\n    "": { "name": "app", "dependencies": { "${name}": "1.0.0" } },\n  },\n  "packages": {\n    "${name}": ["${name}@1.0.0", "${url}", {}, ""],\n  }\n}\n`]
  }
}

const situations = {
  'of the registry in use': [home, ''],
  'of another path': ['http://127.0.0.1:4873/r/two/', ''],
  'of another port': ['http://127.0.0.1:4874/r/two/', ''],
  'of another port with a token of its own': ['http://127.0.0.1:4874/r/two/', '//127.0.0.1:4874/r/two/:_authToken=T2\n'],
  'of another host': ['http://one.example.test:4873/r/one/', ''],
  'of another host that is to be replaced': ['http://one.example.test:4873/r/one/', 'replace-registry-host=always\n']
}

const everywhere = ['npm 6.14.18', 'npm 8.19.4', 'npm 10.9.9', 'npm 12.2.0', 'yarn 1.22.22', 'pnpm 9.15.9', 'bun 1.4.5']
// Before and after pnpm compares the addresses with its registry's; one that differs it may refuse, which is not foretold.
const atHome = ['pnpm 11.1.0', 'pnpm 11.2.0']
export const clients = [...everywhere, ...atHome]

/** Inputs by what they show. A client's own list of packages is not among them: the lockfile says it. */
export const lockfileInputs = Object.fromEntries(Object.entries(situations).flatMap(([what, [registry, more]]) => (registry === home ? clients : everywhere).map(client => {
  const [clientName, version] = client.split(' ')
  const [file, text] = lockfile(client, `${registry}${name}/-/${name}-1.0.0.tgz`)
  return [`a lockfile's addresses ${what}, ${clientName} ${version}`, {
    clientName, client: version, command: clientName === 'npm' ? 'npm install' : `${clientName} install --frozen-lockfile`, environment: {},
    sources: [
      { kind: 'npmrc', layer: 'user', name: '~/.npmrc', text: `registry=${home}\nalways-auth=true\n//127.0.0.1:4873/r/one/:_authToken=T1\n${more}` },
      { kind: 'lockfile', layer: 'project', name: file, text }
    ]
  }]
})))

/** What the project's manifest asks for. */
export const wanted = [{ name, version: '1.0.0' }]
