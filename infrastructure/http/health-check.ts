// `node infrastructure/http/health-check.ts <url>`: 0 when it answers well within four seconds, 1 and why when not. For images without a shell.
const limitMs = 4_000

const [url = ''] = process.argv.slice(2)
try {
  const answer = await fetch(url, { signal: AbortSignal.timeout(limitMs) })
  const text = await answer.text()
  process.stdout.write(`${answer.status} ${text}\n`)
  process.exitCode = answer.ok ? 0 : 1
} catch (error) {
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : ''
  process.stdout.write(`${url}: ${error instanceof Error ? error.message : String(error)}${cause}\n`)
  process.exitCode = 1
}
