// Text that leaves the page by the person's own click.

/** To the clipboard, also where the asynchronous one is missing (no https) or refused. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const put = (event: ClipboardEvent): void => {
      event.clipboardData?.setData('text/plain', text)
      event.preventDefault()
    }
    document.addEventListener('copy', put, { once: true })
    const done = document.execCommand('copy')
    document.removeEventListener('copy', put)
    return done
  }
}

/** As a file, in UTF-8; of the type that no browser adds an ending for. */
export function saveText(name: string, text: string): void {
  const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(new Blob([text], { type: 'application/octet-stream' })), download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href))
}
