// Findings → what the layer under a text box shows, line by line.
import type { Finding, Span } from './report.js'

export type Tone = 'bad' | 'note'

export interface MarkedLine {
  tone: Tone | null
  parts: { shape: string; tone: Tone | null }[]
}

interface Mark {
  start: number
  end: number
  tone: Tone
}

/** No file that a client reads is so long; to draw each of its lines would take seconds. */
export const isTooLong = (text: string): boolean => text.length > 256 * 1024 || text.split('\n', 1001).length > 1000

export function markLines(text: string, findings: Finding[], source: number): MarkedLine[] {
  const spans = findings.flatMap(({ at, role, alternative }) =>
    at && 'start' in at && at.source === source ? [{ at, tone: (role === 'cause' && !alternative ? 'bad' : 'note') as Tone }] : []
  )
  return text.split('\n').map((line, index) => {
    const marks = spans.flatMap(({ at, tone }) => markIn(line, index + 1, at, tone))
    return { tone: worst(marks), parts: cut(line, marks) }
  })
}

function markIn(line: string, number: number, { start, end }: Span, tone: Tone): Mark[] {
  if (number < start.line || number > end.line) return []
  return [
    {
      start: number === start.line ? start.column - 1 : 0,
      end: number === end.line ? end.column - 1 : line.length,
      tone
    }
  ]
}

const worst = (marks: Mark[]): Tone | null => (marks.some(mark => mark.tone === 'bad') ? 'bad' : marks.length ? 'note' : null)

function cut(line: string, marks: Mark[]): MarkedLine['parts'] {
  const cuts = [0, ...marks.flatMap(mark => [mark.start, mark.end]), line.length].sort((a, b) => a - b)
  return cuts.slice(1).flatMap((end, index) => {
    const start = cuts[index]!
    const shape = blank(line.slice(start, end))
    return shape ? [{ shape, tone: worst(marks.filter(mark => mark.start <= start && mark.end >= end)) }] : []
  })
}

/** The layer needs the width of the text, not the text: a token stays in its box. The font is monospaced. */
const blank = (text: string): string => text.replace(/[!-~]/g, 'x')
