// The core for Node, which reads the WebAssembly from the package's own folder.
import { readFile } from 'node:fs/promises'
import { loadCore } from './core.js'

await loadCore(() => readFile(new URL('./access-doctor-core.wasm', import.meta.url)))

export * from './api.js'
