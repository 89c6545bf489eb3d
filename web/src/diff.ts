// The difference of two texts, by line.

export interface DiffLine {
  kind: 'same' | 'del' | 'add'
  text: string
}

export function diffLines(before: string, after: string): DiffLine[] {
  const a = lines(before)
  const b = lines(after)
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head++
  let tail = 0
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++
  const as = (kind: DiffLine['kind'], texts: string[]): DiffLine[] => texts.map(text => ({ kind, text }))
  return [
    ...as('same', a.slice(0, head)),
    ...diffMiddle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...as('same', a.slice(a.length - tail))
  ]
}

const lines = (text: string): string[] => (text ? text.replace(/\n$/, '').split('\n') : [])

/** Longest common subsequence: what mends change is a few lines. */
function diffMiddle(a: string[], b: string[]): DiffLine[] {
  const common = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1))
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i]![j] = a[i] === b[j] ? common[i + 1]![j + 1]! + 1 : Math.max(common[i + 1]![j]!, common[i]![j + 1]!)
    }
  }
  const result: DiffLine[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      result.push({ kind: 'same', text: a[i]! })
      i++
      j++
    } else if (i < a.length && (j === b.length || common[i + 1]![j]! >= common[i]![j + 1]!)) {
      result.push({ kind: 'del', text: a[i++]! })
    } else {
      result.push({ kind: 'add', text: b[j++]! })
    }
  }
  return result
}
