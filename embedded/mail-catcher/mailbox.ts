import type { Contents } from './contents.ts'

/** From whom and to whom, as the sender told the server. */
export type Envelope = { readonly receivedAt: string; readonly from: string; readonly to: readonly string[] }

export type CaughtMail = Envelope &
  Contents & {
    /** Counts up from 1. */
    readonly number: number
  }

export type Mailbox = {
  add(envelope: Envelope, raw: Buffer): void
  /** The newest first; `to` keeps those that this address was sent. */
  list(to?: string): Promise<readonly CaughtMail[]>
  clear(): void
}

type Kept = { readonly number: number; readonly envelope: Envelope; mail: Buffer | Promise<Contents> }

/** Keeps the last `limit` mails, as they came until somebody looks: most are never looked at. */
export const openMailbox = (limit: number, read: (raw: Buffer) => Promise<Contents>): Mailbox => {
  let mails: Kept[] = []
  let caught = 0

  const opened = async (kept: Kept): Promise<CaughtMail> => {
    const {
      number,
      envelope: { receivedAt, from, to },
      mail,
    } = kept
    const reading = Buffer.isBuffer(mail) ? read(mail) : mail
    kept.mail = reading
    const { messageId, subject, text } = await reading
    return { number, receivedAt, messageId, from, to, subject, text }
  }

  return {
    add: (envelope, raw) => {
      caught += 1
      mails.push({ number: caught, envelope, mail: raw })
      if (mails.length > limit) mails.shift()
    },
    list: (to) =>
      Promise.all(
        mails
          .filter(({ envelope }) => to === undefined || envelope.to.includes(to.toLowerCase()))
          .reverse()
          .map(opened),
      ),
    clear: () => {
      mails = []
    },
  }
}
