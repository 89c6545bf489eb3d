// A suite of this tree: named checks that throw where something is not as it should be, and one line that counts them.

/** Runs the checks, some at a time, and prints those that fail and `N passed, N failed`. */
export async function run (checks, { atOnce = 1 } = {}) {
  const todo = Object.entries(checks)
  let passed = 0, failed = 0
  async function work () {
    for (let next; (next = todo.shift());) {
      const [name, check] = next
      try {
        await check()
        passed++
      } catch (error) {
        failed++
        console.log(`FAILED ${name}\n${String(error?.stack || error).replace(/^/gm, '  ')}`)
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  console.log(`${passed} passed, ${failed} failed`)
  if (failed || !passed) process.exitCode = 1
}
