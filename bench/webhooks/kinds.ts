import { randomUUID } from 'node:crypto'
import { signatureHeader, signWebhook } from '../../infrastructure/http/webhook-signature.ts'

export const kinds = ['good', 'wrongly signed', 'of a megabyte'] as const
export type Kind = (typeof kinds)[number]

/** What each is answered by: anything else is not what was to be measured. */
export const answered: Readonly<Record<Kind, number>> = { good: 200, 'wrongly signed': 401, 'of a megabyte': 413 }

const padding = 'x'.repeat(1_000_000)

/** A webhook as the provider of this machine sends it, each with an id of its own: of a type that is stored, and of which nothing follows. */
export const webhookOf = (
  kind: Kind,
  secret: string,
): { readonly body: string; readonly headers: Record<string, string> } => {
  const event = { id: randomUUID(), type: 'payout.paid', createdAt: '2026-03-01T12:00:00.000Z', data: {} }
  const body = JSON.stringify(kind === 'of a megabyte' ? { ...event, padding } : event)
  const isSigned = kind !== 'wrongly signed'
  const signature = signWebhook(isSigned ? secret : 'what somebody has guessed', Buffer.from(body), new Date())
  return { body, headers: { 'content-type': 'application/json', [signatureHeader]: signature } }
}
