/** @import { Happened } from '../answers.d.ts' */

/**
 * @typedef {'under way' | 'sent' | 'failed'} MessageState
 * @typedef {{ key: string, template: string, channel: string, state: MessageState, reason: string | undefined, at: string }} Message
 */

/** @type {Readonly<Record<string, MessageState>>} */
const states = { NotificationRequested: 'under way', NotificationSent: 'sent', NotificationFailed: 'failed' }

/**
 * What the order's people were written, and what became of it. In the order in which it was asked for.
 * @param {readonly Happened[]} events
 * @returns {readonly Message[]}
 */
export const messagesOf = (events) => {
  /** @type {Map<string, Message>} */
  const messages = new Map()
  for (const { type, data, at } of events) {
    const state = states[type]
    const { key, template, channel, reason } = data
    if (state === undefined || typeof key !== 'string') continue
    messages.set(key, {
      key,
      template: String(template),
      channel: String(channel),
      state,
      reason: state === 'failed' && typeof reason === 'string' ? reason : undefined,
      at,
    })
  }
  return [...messages.values()]
}
