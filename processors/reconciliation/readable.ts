import { UndecodableEvent } from '../../infrastructure/event-store/codec.ts'

/** Does the work for one order. One whose stream cannot be read keeps no other from being compared. */
export type ForOne = (work: () => Promise<void>) => Promise<void>

export const passingOverUnreadable =
  (warn: (message: string, error: unknown) => void): ForOne =>
  async (work) => {
    try {
      await work()
    } catch (error) {
      if (!(error instanceof UndecodableEvent)) throw error
      warn('a payment cannot be read, and is not compared with the provider', error)
    }
  }
