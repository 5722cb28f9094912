import { z } from 'zod'

const flag = z
  .enum(['0', '1'])
  .default('0')
  .transform((value) => value === '1')
const milliseconds = z.coerce
  .number()
  .int()
  .positive()
  .max(2 ** 31 - 1)

/** The environment of the mock payment provider's process. */
export const configSchema = z.object({
  HOST: z.string().default('127.0.0.1'),
  PAYMENT_PROVIDER_PORT: z.coerce.number().int().min(0).max(65_535).default(3010),
  PAYMENT_WEBHOOK_URL: z.url(),
  PAYMENT_WEBHOOK_SECRET: z.string().min(16),
  /** The file that keeps charges and refunds between runs. */
  PAYMENT_PROVIDER_DATA: z.string().min(1).optional(),
  /** Where customers confirm their payments, if that is not where it listens. */
  PAYMENT_PROVIDER_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  PAYMENT_SLOW_MS: milliseconds.default(3_000),
  PAYMENT_LATE_MS: milliseconds.default(45 * 60_000),
  PAYMENT_LATE_CAN_BE_CANCELLED: flag,
  /** 1: end when standard input is closed, that is, when the process that started this one is gone. */
  EXIT_WITH_PARENT: flag,
})
export type Config = z.infer<typeof configSchema>
