export type CaughtMail = {
  /** Counts up from 1. */
  number: number
  receivedAt: string
  messageId: string
  from: string
  to: readonly string[]
  subject: string
  text: string
}

export type Mailbox = {
  add(mail: Omit<CaughtMail, 'number'>): void
  /** The newest first; `to` keeps those that this address was sent. */
  list(to?: string): readonly CaughtMail[]
  clear(): void
}

/** Keeps the last `limit` mails. */
export const openMailbox = (limit: number): Mailbox => {
  let mails: CaughtMail[] = []
  let caught = 0
  return {
    add: (mail) => {
      caught += 1
      mails.push({ number: caught, ...mail })
      if (mails.length > limit) mails.shift()
    },
    list: (to) => mails.filter((mail) => to === undefined || mail.to.includes(to.toLowerCase())).reverse(),
    clear: () => { mails = [] },
  }
}
