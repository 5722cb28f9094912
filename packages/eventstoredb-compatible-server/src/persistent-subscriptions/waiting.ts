import type { Message } from './message.ts'

/** What a strategy says of a message: given away, not now but perhaps the next one, or nobody has room. */
export type Offer = (message: Message) => 'sent' | 'skipped' | 'no_capacity'

/**
 * The messages that wait to be sent, in the order in which they are offered: those that came back (in source order), then replayed
 * parked ones, then new ones.
 */
export class Waiting {
  #retried: Message[] = []
  #replayed: Message[] = []
  #fresh: Message[] = []

  /** New events that wait. */
  get freshCount(): number {
    return this.#fresh.length
  }

  /** Retried and replayed ones. */
  get retryCount(): number {
    return this.#retried.length + this.#replayed.length
  }

  get count(): number {
    return this.freshCount + this.retryCount
  }

  addFresh(message: Message): void {
    this.#fresh.push(message)
  }

  /** A message that comes back, or one that is replayed for the first time. */
  addRetry(message: Message): void {
    if (message.sequence === undefined) {
      this.#replayed.push(message)
      return
    }
    const after = this.#retried.findIndex(({ position }) => position > message.position)
    if (after < 0) this.#retried.push(message)
    else this.#retried.splice(after, 0, message)
  }

  /** Offers one after the other until nobody has room. */
  offerAll(offer: Offer): void {
    for (const list of [this.#retried, this.#replayed, this.#fresh]) {
      if (!offerList(list, offer)) return
    }
  }
}

const offerList = (list: Message[], offer: Offer): boolean => {
  const kept: Message[] = []
  let seen = 0
  let room = true
  for (const message of list) {
    const answer = offer(message)
    if (answer === 'no_capacity') {
      room = false
      break
    }
    if (answer === 'skipped') kept.push(message)
    seen += 1
  }
  if (seen > kept.length) list.splice(0, seen, ...kept)
  return room
}
