// Builds dist/, the page: static files only, with relative links; and build/package/, what `npm pack` packs.
// Expects build/wasm/access-doctor-core.{js,wasm}.
import { build, transform } from 'esbuild'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFile, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { writePages } from './pages.mjs'

const web = import.meta.dirname
const root = join(web, '..')
const wasm = process.env.WASM ?? join(root, 'build/wasm')
const dist = process.env.DIST ?? join(root, 'dist')
const pack = join(root, 'build/package')
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))

const minified = async (path, loader) => (await transform(await readFile(path), { loader, minify: true })).code.trim()

const hash = content => createHash('sha256').update(content).digest('hex').slice(0, 8)

/** Style sheets of the element come as minified text: it adopts them, and needs no inline style. */
const cssText = {
  name: 'css-text',
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => ({ contents: await minified(path, 'css'), loader: 'text' }))
  }
}

/** The core's two files under these names, beside the scripts. */
const coreBeside = names => ({
  name: 'core-beside',
  setup({ onLoad, onResolve }) {
    onLoad({ filter: /[\\/]core\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(/access-doctor-core\.(js|wasm)/g, (_, kind) => names[kind]),
      loader: 'ts'
    }))
    onResolve({ filter: /^\.\/access-doctor-core\b/ }, ({ path }) => ({ path, external: true }))
  }
})

const bundle = (outdir, entryPoints, names, { define, ...options }) =>
  build({
    entryPoints,
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    legalComments: 'none',
    chunkNames: 'npm-access-doctor-[hash]',
    plugins: [cssText, coreBeside(names)],
    metafile: true,
    define: { VERSION: JSON.stringify(version), ...define },
    ...options
  })

for (const folder of [dist, pack]) {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
}
const loader = await minified(join(wasm, 'access-doctor-core.js'), 'js')
const core = await readFile(join(wasm, 'access-doctor-core.wasm'))

// The page. What other scripts ask for by name never changes under that name.
const names = { js: `access-doctor-core-${hash(loader)}.js`, wasm: `access-doctor-core-${hash(core)}.wasm` }
await writeFile(join(dist, names.js), loader)
await writeFile(join(dist, names.wasm), core)
const { metafile } = await bundle(
  dist,
  [
    { in: join(web, 'src/define.ts'), out: 'npm-access-doctor' },
    { in: join(web, 'src/embed.ts'), out: 'embed' },
    { in: join(web, 'src/worker.ts'), out: 'worker' }
  ],
  names,
  { minify: true, define: { PAGES: '"./"' } }
)
const versioned = `npm-access-doctor-${version}.js`
await copyFile(join(dist, 'npm-access-doctor.js'), join(dist, versioned))
const integrity = `sha384-${createHash('sha384').update(await readFile(join(dist, versioned))).digest('base64')}`

// What the first script imports is asked for along with it.
for (const [page, script] of [
  ['index.html', 'define.ts'],
  ['embed.html', 'embed.ts']
]) {
  const entry = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint?.endsWith(script))
  const preloads = entry.imports
    .filter(({ kind }) => kind === 'import-statement')
    .map(({ path }) => `<link rel="modulepreload" href="${basename(path)}">\n`)
  const html = await readFile(join(web, page), 'utf8')
  await writeFile(join(dist, page), html.replace('<script', `${preloads.join('')}<script`))
}
await writeFile(join(dist, 'page.css'), await minified(join(web, 'page.css'), 'css'))
for (const name of ['favicon.svg', 'custom-elements.json']) await cp(join(web, name), join(dist, name))
const licence = await readFile(join(root, 'LICENSE'), 'utf8')
await writePages(dist, minified, {
  version,
  versioned,
  integrity,
  'own licence': licence,
  'Lit’s licence': await readFile(createRequire(import.meta.url).resolve('lit').replace(/[^\\/]*$/, 'LICENSE'), 'utf8'),
  'MIT terms': licence.slice(licence.indexOf('Permission'))
})

// Compressed once here, better than a server has the time for.
for (const name of await readdir(dist, { recursive: true })) {
  if (!/\.(html|css|js|json|wasm|svg)$/.test(name)) continue
  const content = await readFile(join(dist, name))
  await writeFile(join(dist, `${name}.br`), brotliCompressSync(content))
  await writeFile(join(dist, `${name}.gz`), gzipSync(content, { level: 9 }))
}

// The package: Lit is the reader's own, and their bundler finds the core's files by their names.
await bundle(
  pack,
  {
    'npm-access-doctor': join(web, 'src/define.ts'),
    element: join(web, 'src/element.ts'),
    core: join(web, 'src/api.ts'),
    'core-node': join(web, 'src/api-node.ts')
  },
  { js: 'access-doctor-core.js', wasm: 'access-doctor-core.wasm' },
  { external: ['lit', 'node:*'], minifySyntax: true, define: { PAGES: '""' } }
)
await writeFile(join(pack, 'access-doctor-core.js'), loader)
await writeFile(join(pack, 'access-doctor-core.wasm'), core)
await cp(join(web, 'custom-elements.json'), join(pack, 'custom-elements.json'))
const tsc = join(createRequire(import.meta.url).resolve('typescript/package.json'), '../bin/tsc')
await promisify(execFile)(process.execPath, [tsc, '-p', join(web, 'tsconfig.json'), '--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--outDir', join(pack, 'types')])
