import { z } from 'zod'
import { languageSchema } from '../../domain/shared/language.ts'
import { emailAddress } from '../../domain/shared/email-address.ts'
import { smtpUrlFault } from './smtp-url.ts'

const isTimeZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

/** The variables of the messages to customers and operators. See `wholeSmsProvider`. */
export const notificationsConfig = {
  /** `smtp://user:password@host:port?requireTLS=true`, or `smtps:`. */
  SMTP_URL: z.string().superRefine((url, context) => {
    const fault = smtpUrlFault(url)
    if (fault !== undefined) context.addIssue({ message: fault, code: 'custom' })
  }),
  /** A file: who has signed the mail server's certificate, where it is none of the usual authorities. */
  SMTP_CA_FILE: z.string().min(1).optional(),
  MAIL_FROM: z.string().min(1),
  /** The part of a Message-ID behind the @. */
  MAIL_MESSAGE_ID_HOST: z
    .string()
    .regex(
      /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/,
      'This is no host in ASCII: müller.example is xn--mller-kva.example.',
    )
    .default('orders.localhost'),
  MAILS_AT_ONCE: z.coerce.number<string>().int().positive().default(50),
  OPERATOR_EMAIL: emailAddress,

  /** What operators are written to in, and customers who have not chosen. */
  SHOP_LANGUAGE: languageSchema.default('en'),
  /** By which the dates in messages are. */
  SHOP_TIME_ZONE: z.string().refine(isTimeZone, 'This is no time zone.').default('UTC'),

  /** `log` sends none. */
  SMS_PROVIDER: z.enum(['log', 'twilio']).default('log'),
  /** A number, a name, or a messaging service of Twilio's. */
  SMS_FROM: z.string().min(1).optional(),
  TWILIO_ACCOUNT_SID: z
    .string()
    .regex(/^AC[0-9a-fA-F]{32}$/)
    .optional(),
  TWILIO_AUTH_TOKEN: z.string().min(1).optional(),
  TWILIO_URL: z.url({ protocol: /^https?$/ }).default('https://api.twilio.com'),
} as const

export type NotificationsConfig = z.infer<z.ZodObject<typeof notificationsConfig>>

const neededByTwilio = ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'SMS_FROM'] as const

/** For `.check` on a schema with these variables: whoever is to send SMS knows how. */
export const wholeSmsProvider = ({
  value,
  issues,
}: {
  readonly value: Pick<NotificationsConfig, 'SMS_PROVIDER' | (typeof neededByTwilio)[number]>
  readonly issues: z.core.$ZodRawIssue[]
}): void => {
  if (value.SMS_PROVIDER !== 'twilio') return
  for (const name of neededByTwilio) {
    if (value[name] === undefined)
      issues.push({ message: 'is needed by SMS_PROVIDER=twilio', code: 'custom', input: '', path: [name] })
  }
}
