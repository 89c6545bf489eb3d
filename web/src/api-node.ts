// The core for Node, which reads the WebAssembly from the package's own folder.
import { readFile } from 'node:fs/promises'
import { readBy } from './core.js'

readBy(() => readFile(new URL('./access-doctor-core.wasm', import.meta.url)))

export * from './api.js'
