// Random documents: lines put together of what such files are made of, and documents of the cases with parts taken out, doubled or exchanged.
import fs from 'node:fs'
import path from 'node:path'
import { read } from '../cases/case.mjs'
import { dice } from '../live/random.mjs'

const casesOf = kinds => {
  const folder = path.join(import.meta.dirname, '../cases')
  return fs.readdirSync(folder).filter(code => /^AD\d/.test(code)).flatMap(code => fs.readdirSync(path.join(folder, code))
    .flatMap(name => read(path.join(folder, code, name)).input.sources.filter(source => kinds.includes(source.kind)).map(source => source.text)))
}

const blanks = ['', '', '', '', ' ', '  ', '\t', '\v', '\f', '\u00a0', '\u2028', '\u2029', '\ufeff', '\u3000', '\u0085', '\u200b']
const words = ['registry', '_authToken', 'a', 'b', 'true', 'false', 'null', '0', '12', '007', '1.5', '~', 'é', '😀', '__proto__', 'https://r.example/p/', '//r.example/p/:_authToken', '@s:registry', '${NAME}', '\\', '\\\\', '\\;', '\\#', '\\n', '\\"', 'x y', '.', '\u0000', '\u001b[0m']

const syntaxes = {
  ini: {
    kinds: ['npmrc'],
    words: [...words, '"', "'", '"a"', "'a'", '"a;b"', "'a#b'", '"\\u0041"', '"\\x"', "'12'", "'true'", '[', ']', '[]', '[a]', '[a.b]', '[registry]', ';', '#', '=', ' = ', 'a[]', 'b[]=', '; c', '# c'],
    ends: ['\n', '\n', '\n', '\r\n', '\r', '\n\n', '']
  },
  yarnrc: {
    kinds: ['yarnrc'],
    words: [...words, '"', '"a"', '"a b"', '"\\u0041"', '"\\x"', ':', ': ', ',', ' ', '  ', '# c', 'registry "https://r.example/"', '-x', '/x', '{', '[', '@', 'truex', '12a'],
    ends: ['\n', '\n', '\n', '\r\n', '\r', '\n\n', '\n  ', '\n    ', '']
  },
  yaml: {
    kinds: ['yarnrc-yml', 'pnpm-workspace'],
    words: [...words, ': ', ': ', ':', '- ', '-', '"', "'", '"a"', "'a'", "'it''s'", '"a: b"', '"\\u0041"', '"\\x"', '[a, b]', '{a: b}', '{a: b, c}', '[', ']', '{', '}', ',', '# c', ' #c', '#', '|', '>', '&x', '*x', '!t', '@a', '%', '`', '?', '? ', '---', '...', 'npmScopes:\n  s:\n    npmAuthToken: t', 'npmRegistries:\n  "//r.example":\n    npmAuthToken: t'],
    ends: ['\n', '\n', '\n  ', '\n  ', '\n    ', '\n- ', '\n  - ', '\r\n', '\n\n', '\n\t', '']
  },
  dotenv: {
    kinds: [],
    words: [...words, 'export ', '=', ' = ', ': ', '"', "'", '`', '"a b"', "'a b'", '`a`', '"a\\nb"', '"a # b"', '# c', 'A=b', 'NPM_TOKEN=t', 'YARN_NPM_AUTH_TOKEN="t"'],
    ends: ['\n', '\n', '\n', '\r\n', '\n\n', '\r', '']
  },
  toml: {
    kinds: ['bunfig'],
    words: [...words, ' = ', '=', '"', "'", '"a"', "'a'", '"\\u0041"', '"\\x"', '"a" # c', '[install]', '[install.scopes]', '[[a]]', '[a', ']', '{ url = "u", token = "t" }', '{', '}', ',', '[1, 2]', '"""', "'''", '# c', 'a.b = 1', '"q.r" = 1', 'install.registry = "u"', '1979-05-27', '0x1F', '1_000', 'inf', 'nan'],
    ends: ['\n', '\n', '\n', '\r\n', '\n\n', '\r', '']
  }
}

/** Gives documents of one syntax: those of the cases as they are, then random ones. */
export function * documents (syntax, seed) {
  const { kinds, words, ends } = syntaxes[syntax]
  const { chance, pick, below } = dice(seed)
  const known = casesOf(kinds)
  yield * known
  const made = () => {
    let text = ''
    for (let lines = 1 + below(6); lines > 0; lines--) {
      for (let parts = 1 + below(5); parts > 0; parts--) text += (chance(0.3) ? pick(blanks) : '') + pick(words)
      text += pick(ends)
    }
    return text
  }
  const changed = () => {
    let text = known.length ? pick(known).slice(0, 2000) : made()
    for (let times = 1 + below(4); times > 0; times--) {
      const at = below(text.length + 1), length = below(8)
      const added = chance(0.2) ? pick(blanks) : chance(0.6) ? pick(words) : chance(0.3) ? text.slice(at, at + length).repeat(2) : ''
      text = text.slice(0, at) + added + text.slice(at + (chance(0.5) ? length : 0))
    }
    return Buffer.from(text).toString()  // half a surrogate pair is no text
  }
  while (true) yield chance(0.6) ? made() : changed()
}
