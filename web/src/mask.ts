// The report is masked by the core; mended texts hold the person's own tokens and are masked here before they are shown.

/** Enough to recognise a token by, not enough to use it. */
export const mask = (secret: string): string => (secret.length >= 20 ? `${secret.slice(0, 8)}…${secret.slice(-4)}` : '…')

const values = /((?:auth[-_]?token|\b_?token|_auth|npmAuthIdent|_?password)(?:\[\])?\s*[=:]\s*)(\S.*?)(\s*)$/gim
const userInfo = /(\/\/)([^/\s@]+)(@)/g
const tokens =
  /\b(?:npm_|gh[a-z]_|github_pat_|glpat-|eyJ)[\w.-]{16,}|\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b|\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/g
/** A variable, and what the core puts where the person's new token belongs. */
const noSecret = /^["']?(?:\$\{[^}]*\}|YOUR_TOKEN|YOURTOKENBASE64=)["']?$/

export const maskText = (text: string): string =>
  text
    .replace(values, (_, key: string, value: string, rest: string) => key + (noSecret.test(value) ? value : mask(value)) + rest)
    .replace(userInfo, (_, open: string, user: string, at: string) => open + mask(user) + at)
    .replace(tokens, mask)
