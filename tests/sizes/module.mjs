// What a WebAssembly module consists of, in bytes before compression: by room of the core, and by function.

/** `symbols` is emscripten's map: a line "index:name" for each function. */
export function parts (wasm, symbols) {
  const names = new Map(symbols.trim().split('\n').map(line => [Number(line.slice(0, line.indexOf(':'))), line.slice(line.indexOf(':') + 1)]))
  const functions = {}, rooms = {}
  const count = (group, name, bytes) => { group[name] = (group[name] ?? 0) + bytes }
  let at = 8, index = 0
  const number = () => {
    for (let value = 0, shift = 0; ; shift += 7) {
      const byte = wasm[at++]
      value |= (byte & 127) << shift
      if (byte < 128) return value >>> 0
    }
  }
  const skip = length => { at += length }
  while (at < wasm.length) {
    const [id, size] = [wasm[at++], number()]
    const end = at + size
    if (id === section.imports) {
      for (let left = number(); left; left--) {
        skip(number())
        skip(number())
        if (wasm[at++] !== 0) throw new Error('something else than functions is imported')
        number()
        index++
      }
    } else if (id === section.code) {
      for (let left = number(); left; left--) {
        const bytes = number()
        const name = plain(names.get(index++) ?? '?')
        count(functions, name, bytes)
        count(rooms, roomOf(name), bytes)
        skip(bytes)
      }
    } else count(rooms, id === section.data ? 'data (words, tables)' : 'headers', size)
    at = end
  }
  return { rooms, functions }
}

const section = { imports: 2, code: 10, data: 11 }

/** A function's name without its parameters and what tells its twins apart. */
function plain (symbol) {
  const name = symbol.replace(/\\([0-9a-f]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))).replaceAll('(anonymous namespace)', '{}')
  let depth = 0, own = ''
  for (const character of name) {
    if (character === '(' && !depth && own && !own.endsWith('operator')) break
    if (character === '<') depth++
    if (!depth) own += character
    if (character === '>') depth = Math.max(0, depth - 1)
  }
  return own.replace(/::\{\}/g, '').replace(/^.* (?=\S)/, '').replace('doctor::', '')
}

const roomOf = name => /^(text|client|formats|evidence|settings|credentials|simulation|rules|diagnosis|report|url)::/.exec(name)?.[1] ?? (name.includes('std::') ? 'C++ library' : 'embind, C library')
