// Builds dist/, the page: static files only, with relative links. Expects build/wasm/access-doctor-core.{js,wasm}.
import { build, transform } from 'esbuild'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { writePages } from './pages.mjs'

const web = import.meta.dirname
const wasm = process.env.WASM ?? join(web, '../build/wasm')
const dist = process.env.DIST ?? join(web, '../dist')
const target = 'es2022'

/** Style sheets of the element come as minified text: it adopts them, and needs no inline style. */
const cssText = {
  name: 'css-text',
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => ({ contents: await minified(path, 'css'), loader: 'text' }))
  }
}

const minified = async (path, loader) => (await transform(await readFile(path), { loader, minify: true })).code.trim()

await rm(dist, { recursive: true, force: true })
await mkdir(dist, { recursive: true })

const { metafile } = await build({
  entryPoints: [{ in: join(web, 'src/define.ts'), out: 'npm-access-doctor' }, { in: join(web, 'src/embed.ts'), out: 'embed' }],
  outdir: dist,
  bundle: true,
  splitting: true,
  format: 'esm',
  minify: true,
  target,
  legalComments: 'none',
  chunkNames: 'npm-access-doctor-[hash]',
  plugins: [cssText],
  metafile: true,
  define: { VERSION: JSON.stringify(JSON.parse(await readFile(join(web, '../package.json'), 'utf8')).version) }
})

// What the first script imports is asked for along with it.
for (const [page, script] of [['index.html', 'define.ts'], ['embed.html', 'embed.ts']]) {
  const entry = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint?.endsWith(script))
  const preloads = entry.imports
    .filter(({ kind }) => kind === 'import-statement')
    .map(({ path }) => `<link rel="modulepreload" href="${basename(path)}">\n`)
  const html = await readFile(join(web, page), 'utf8')
  await writeFile(join(dist, page), html.replace('<script', `${preloads.join('')}<script`))
}
await writeFile(join(dist, 'page.css'), await minified(join(web, 'page.css'), 'css'))
for (const name of ['favicon.svg', 'custom-elements.json']) await cp(join(web, name), join(dist, name))

await writeFile(join(dist, 'access-doctor-core.js'), await minified(join(wasm, 'access-doctor-core.js'), 'js'))
await cp(join(wasm, 'access-doctor-core.wasm'), join(dist, 'access-doctor-core.wasm'))

await writePages(dist, minified)
