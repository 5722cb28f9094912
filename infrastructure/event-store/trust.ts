import { keptFor } from '../time/kept-for.ts'
import { monotonicNow } from '../time/monotonic.ts'
import type { Warn } from './adapter-settings.ts'
import { certificateFault } from './certificate-fault.ts'
import { storeAddress } from './event-store-url.ts'
import { StoreNotTrusted, StoreUnavailable } from './port.ts'

const handshakeLimitMs = 1_000
/** However many are told that the store is away, it is asked for its certificate once in so long. */
const keptMs = 2_000

export type Trust = {
  /** Why no connection comes about, where that is for TLS; with the variable's name. Undefined: it is something else. */
  fault(): Promise<string | undefined>
  /**
   * What the question answers. Where the store does not answer, and its address is of one with TLS, it is looked whether that is why: to the
   * client a certificate that has run out is a store that is away. @throws StoreNotTrusted, or what the question throws
   */
  explained<Answer>(question: () => Promise<Answer>): Promise<Answer>
}

export const createTrust = (url: string, warn: Warn): Trust => {
  const { tls } = storeAddress(url)
  const fault = async (): Promise<string | undefined> => {
    const text = await certificateFault(url, handshakeLimitMs)
    return text === undefined ? undefined : `EVENTSTORE_URL: ${text}`
  }
  // Who has asked wants to know of the store: that its certificate could not be looked at is nothing to throw.
  const known = keptFor(keptMs, monotonicNow, () => fault().catch(() => undefined))
  let told = false

  return {
    fault,
    async explained(question) {
      try {
        const answer = await question()
        told = false
        return answer
      } catch (error) {
        const text = tls && error instanceof StoreUnavailable ? await known() : undefined
        if (text === undefined) throw error
        const untrusted = new StoreNotTrusted(text, { cause: error })
        if (!told) warn('the event store is not trusted any more', untrusted)
        told = true
        throw untrusted
      }
    },
  }
}
