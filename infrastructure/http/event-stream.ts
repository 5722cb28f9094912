import type { ServerResponse } from 'node:http'
import { createSeatsOfListeners } from './listeners.ts'
import type { StreamedAnswer } from './routes.ts'

/** One thing that is told to whoever listens. `id` is what they go on from, when they come again with it as Last-Event-ID. */
export type StreamMessage = { readonly id?: string | undefined; readonly event: string; readonly data: unknown }

export type EventStreamsOptions = {
  /** The process is told to end: every stream ends then, and says that one may come again. */
  readonly leaving?: AbortSignal | undefined
  /** At once, of one subject and of all together. */
  readonly mostOfOne?: number
  readonly most?: number
  /** So often something is sent where there is nothing to tell: proxies cut off what is silent. */
  readonly beatMs?: number
  /** Who has not taken what was sent after so long is cut off. */
  readonly slowMs?: number
}

export type EventStreams = {
  /**
   * An answer that goes on for as long as somebody listens, and `messages` has more. Its signal aborts when nobody does any more.
   * @throws HttpFault 429 `too_many_listeners`
   */
  answer(subject: string, messages: (signal: AbortSignal) => AsyncIterable<StreamMessage>): StreamedAnswer
  /** How many listen. */
  listeners(): number
}

const comesAgainMs = 2_000
const comesAgainAfterEndMs = 5_000

/** Whether an event stream is asked for, rather than a page. */
export const wantsEventStream = (accept: string | undefined): boolean =>
  /(^|,)\s*text\/event-stream\s*(;|,|$)/i.test(accept ?? '')

const textOf = ({ id, event, data }: StreamMessage): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`

/** Waits until what was sent has been taken; false where that takes too long, or nobody is there any more. */
const taken = (response: ServerResponse, limitMs: number): Promise<boolean> =>
  new Promise((resolve) => {
    const done = (isTaken: boolean) => () => {
      clearTimeout(timer)
      response.off('drain', onDrain).off('close', onClose)
      resolve(isTaken)
    }
    const [onDrain, onClose] = [done(true), done(false)]
    const timer = setTimeout(done(false), limitMs)
    response.once('drain', onDrain).once('close', onClose)
  })

/** Answers as browsers' event streams are (`text/event-stream`), with a bound to how many there are. */
export const createEventStreams = (options: EventStreamsOptions = {}): EventStreams => {
  const { leaving, mostOfOne = 10, most = 200, beatMs = 15_000, slowMs = 10_000 } = options
  const seats = createSeatsOfListeners({ mostOfOne, most })

  const send = async (response: ServerResponse, messages: (signal: AbortSignal) => AsyncIterable<StreamMessage>) => {
    const gone = new AbortController()
    const signal = leaving === undefined ? gone.signal : AbortSignal.any([leaving, gone.signal])
    response.once('close', () => gone.abort())
    const beat = setInterval(() => {
      if (!gone.signal.aborted && !response.destroyed) response.write(': beat\n\n')
    }, beatMs)
    try {
      for await (const message of messages(signal)) {
        if (signal.aborted) break
        if (!response.write(textOf(message)) && !(await taken(response, slowMs))) {
          response.destroy()
          return
        }
      }
      if (!gone.signal.aborted)
        response.end(`retry: ${leaving?.aborted === true ? comesAgainAfterEndMs : comesAgainMs}\n: drain\n\n`)
    } finally {
      clearInterval(beat)
      gone.abort()
    }
  }

  return {
    answer(subject, messages) {
      const leave = seats.take(subject)
      return {
        status: 200,
        async stream(response) {
          try {
            response.writeHead(200, {
              'Content-Type': 'text/event-stream; charset=utf-8',
              'Cache-Control': 'no-store',
              // Some proxies keep answers back until they are whole.
              'X-Accel-Buffering': 'no',
            })
            if (response.req.method === 'HEAD') {
              response.end()
              return
            }
            response.write(`retry: ${comesAgainMs}\n\n`)
            await send(response, messages)
          } finally {
            leave()
          }
        },
      }
    },
    listeners: () => seats.taken(),
  }
}
