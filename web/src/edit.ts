// Changes to a text box that the browser's own undo takes back.

const mostUndone = 256 * 1024

export function replaceText(box: HTMLTextAreaElement, text: string): void {
  const old = box.value
  let start = 0
  while (start < old.length && start < text.length && old[start] === text[start]) start++
  let tail = 0
  while (tail < Math.min(old.length, text.length) - start && old.at(-1 - tail) === text.at(-1 - tail)) tail++
  const inserted = text.slice(start, text.length - tail)
  if (old === text) return
  box.focus()
  box.setSelectionRange(start, old.length - tail)
  // Deprecated, and still the only edit that joins the undo history. With a lockfile it takes minutes.
  const done = inserted.length < mostUndone && (inserted ? document.execCommand('insertText', false, inserted) : document.execCommand('delete'))
  if (!done || box.value !== text) {
    box.setRangeText(text, 0, box.value.length, 'end')
    box.dispatchEvent(new Event('input', { bubbles: true }))
  }
}
