import { z } from 'zod'

const port = z.coerce.number().int().min(0).max(65_535)

/** The environment of the mail catcher's process. */
export const configSchema = z.object({
  HOST: z.string().default('127.0.0.1'),
  MAIL_CATCHER_SMTP_PORT: port.default(3025),
  MAIL_CATCHER_HTTP_PORT: port.default(3011),
  /** So many of the last mails are kept, in memory. */
  MAIL_CATCHER_KEPT: z.coerce.number().int().min(1).default(1_000),
  /** 1: end when standard input is closed, that is, when the process that started this one is gone. */
  EXIT_WITH_PARENT: z
    .enum(['0', '1'])
    .default('0')
    .transform((value) => value === '1'),
})
export type Config = z.infer<typeof configSchema>
