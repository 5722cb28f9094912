import { setTimeout as pause } from 'node:timers/promises'
import { signWebhook, signatureHeader } from '../../infrastructure/http/webhook-signature.ts'
import type { WebhookEvent } from './records.ts'

const answerLimitMs = 5_000
const firstPauseMs = 200
const longestPauseMs = 10_000

export type WebhookTarget = { url: string; secret: string }

/**
 * Tells the shop of an event, again and again until it answers with a 2xx. Each delivery is signed with its own time.
 * Returns false when it was called off.
 */
export const deliver = async (event: WebhookEvent, target: WebhookTarget, calledOff: AbortSignal): Promise<boolean> => {
  const body = Buffer.from(JSON.stringify(event))
  for (let wait = firstPauseMs; !calledOff.aborted; wait = Math.min(wait * 2, longestPauseMs)) {
    try {
      const answer = await fetch(target.url, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          [signatureHeader]: signWebhook(target.secret, body, new Date()),
        },
        body,
        signal: AbortSignal.any([calledOff, AbortSignal.timeout(answerLimitMs)]),
      })
      await answer.arrayBuffer() // frees the connection
      if (answer.ok) return true
    } catch {
      // The shop is away: that is what the next delivery is for.
    }
    await pause(wait * (0.75 + Math.random() / 2), undefined, { signal: calledOff }).catch(() => undefined)
  }
  return false
}
