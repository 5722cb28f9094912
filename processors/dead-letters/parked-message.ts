import type { Groups, ParkedMessage } from '../../infrastructure/event-store/port.ts'
import type { DeadLetterPlace } from './resolution.ts'

/** Undefined: the parked stream has no message of that number, or no longer. @throws StoreUnavailable */
export const messageAt = async (
  store: Pick<Groups, 'parkedMessages'>,
  { group, number }: DeadLetterPlace,
): Promise<ParkedMessage | undefined> => {
  for await (const message of store.parkedMessages(group, { from: number, limit: 1 })) {
    return message.number === number ? message : undefined
  }
  return undefined
}
