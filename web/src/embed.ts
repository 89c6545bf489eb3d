// The page for an iframe: its settings come from the query, and the page around it is told how high it is, and nothing else.
import './define.js'

const settings = ['registry', 'profile', 'client', 'theme', 'sections', 'compact'] as const

const element = document.querySelector('npm-access-doctor')!
const query = new URLSearchParams(location.search)
for (const name of settings) {
  const value = query.get(name)
  if (value !== null) element.setAttribute(name, value)
}
const theme = query.get('theme')
if (theme === 'light' || theme === 'dark') document.documentElement.className = theme

const tell = (): void => parent.postMessage({ type: 'npm-access-doctor:height', height: document.documentElement.offsetHeight }, '*')
new ResizeObserver(tell).observe(document.documentElement)
