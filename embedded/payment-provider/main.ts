import { z } from 'zod'
import { configSchema } from './config.ts'
import { startPaymentProvider } from './server.ts'

const parsed = configSchema.safeParse(process.env)
if (!parsed.success) {
  process.stderr.write(`payment-provider: ${z.prettifyError(parsed.error)}\n`)
  process.exit(2)
}
const config = parsed.data

const provider = await startPaymentProvider({
  host: config.HOST,
  port: config.PAYMENT_PROVIDER_PORT,
  webhookUrl: config.PAYMENT_WEBHOOK_URL,
  webhookSecret: config.PAYMENT_WEBHOOK_SECRET,
  ...(config.PAYMENT_PROVIDER_DATA === undefined ? {} : { data: config.PAYMENT_PROVIDER_DATA }),
  ...(config.PAYMENT_PROVIDER_PUBLIC_URL === undefined ? {} : { publicUrl: config.PAYMENT_PROVIDER_PUBLIC_URL }),
  slowMs: config.PAYMENT_SLOW_MS,
  lateMs: config.PAYMENT_LATE_MS,
  lateCanBeCancelled: config.PAYMENT_LATE_CAN_BE_CANCELLED,
})
process.stdout.write(`payment-provider listens on ${provider.url}\n`)

const stop = async () => {
  await provider.stop()
  process.exit(0)
}
process.once('SIGTERM', () => void stop())
process.once('SIGINT', () => void stop())
if (config.EXIT_WITH_PARENT) process.stdin.once('end', () => void stop()).resume()
