import type { Consumer } from '../consumer.ts'
import type { Message } from '../message.ts'

/** Who gets the next message. */
export type Strategy = {
  add(consumer: Consumer): void
  remove(consumer: Consumer): void
  /** `skipped`: the one it belongs to has no room, but others have. The consumer that is named must be given the message. */
  choose(message: Message): Consumer | 'skipped' | 'no_capacity'
}
