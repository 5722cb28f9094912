import { z } from 'zod'
import { configSchema } from './config.ts'
import { startMailCatcher } from './server.ts'

const parsed = configSchema.safeParse(process.env)
if (!parsed.success) {
  process.stderr.write(`mail-catcher: ${z.prettifyError(parsed.error)}\n`)
  process.exit(2)
}
const config = parsed.data

const catcher = await startMailCatcher({
  host: config.HOST,
  smtpPort: config.MAIL_CATCHER_SMTP_PORT,
  httpPort: config.MAIL_CATCHER_HTTP_PORT,
  limit: config.MAIL_CATCHER_KEPT,
})
process.stdout.write(`mail-catcher takes mail on ${catcher.smtpUrl} and shows it on ${catcher.url}\n`)

const stop = async () => {
  await catcher.stop()
  process.exit(0)
}
process.once('SIGTERM', () => void stop())
process.once('SIGINT', () => void stop())
if (config.EXIT_WITH_PARENT) process.stdin.once('end', () => void stop()).resume()
