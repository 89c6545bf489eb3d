// Requests, made comparable: order, repeats, queries, a last slash and the case of %2F do not count.

const plainUrl = url => {
  const [, origin, rest] = /^(\w+:\/\/[^/?#]*)([^?#]*)/.exec(url) ?? ['', '', url]
  return origin + rest.replace(/%2F/g, '%2f').replace(/\/$/, '')
}

/** Those that were seen, `{ purpose, method, url, authorization }` each. */
export const requestsOf = requests => [...new Set(requests.map(r => JSON.stringify([r.purpose, r.method, plainUrl(r.url), r.authorization])))].sort()

/** Those of a report, made with --reveal. */
export const predictedOf = requests => requestsOf(requests.map(r => ({ ...r, authorization: r.authorization?.value ?? null })))
