import { answerWithin } from './answer-within.ts'

/**
 * Takes items from one of the client's streams when they are wanted, and not before: with `data` listeners the next item would
 * come while the one before is still being worked on, and nothing would hold the server back.
 */
export type Puller<Item> = {
  /** Undefined when there is nothing at the moment. @throws the stream's error, once there is one */
  take(): Item | undefined
  /** The server, or we, have ended the stream; nothing more will be there to take. */
  ended(): boolean
  /** Something has come, or the stream has ended, failed or been woken. @throws NoAnswer after `limitMs` */
  changed(limitMs?: number, what?: string): Promise<void>
  wake(): void
}

/** What is used of a node stream in object mode. */
export type PulledStream = {
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'end' | 'close' | 'readable', listener: () => void): unknown
  read(): unknown
}

/** `faultOf` says what an error of the stream is thrown as; undefined: it is none. */
export const createPuller = <Item>(
  stream: PulledStream,
  faultOf: (error: Error) => Error | undefined = (error) => error,
): Puller<Item> => {
  let failure: { readonly error: unknown } | undefined
  let ended = false
  let change = Promise.withResolvers<void>()

  const wake = () => {
    change.resolve()
    change = Promise.withResolvers<void>()
  }

  // First of all: an error without a listener would end the process, and after an error comes neither `end` nor `close`.
  stream.on('error', (error) => {
    const fault = faultOf(error)
    if (fault === undefined) return
    failure ??= { error: fault }
    wake()
  })
  stream.on('end', () => {
    ended = true
    wake()
  })
  stream.on('close', () => {
    ended = true
    wake()
  })
  stream.on('readable', wake)

  return {
    take() {
      if (failure !== undefined) throw failure.error
      const item: unknown = stream.read()
      // The stream is in object mode, and its maker says what the objects are.
      return item === null ? undefined : (item as Item)
    },
    ended: () => ended,
    changed: (limitMs, what = 'read') =>
      limitMs === undefined ? change.promise : answerWithin(change.promise, limitMs, what),
    wake,
  }
}
