import type { RequestListener } from 'node:http'
import { listen } from '../../infrastructure/http/listen.ts'

export type Heard = { readonly id?: string; readonly event: string; readonly data: unknown }

export type Listening = {
  readonly status: number
  readonly headers: Headers
  /** The next message; comments and retry hints are passed over. @throws Error when the stream has ended */
  next(): Promise<Heard>
  /** All that was sent up to the end, as text. */
  rest(): Promise<string>
  stop(): void
}

const messageIn = (block: string): Heard | undefined => {
  const field = (name: string) =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2)
  const [id, event, data] = [field('id'), field('event'), field('data')]
  if (event === undefined || data === undefined) return undefined
  return { ...(id === undefined ? {} : { id }), event, data: JSON.parse(data) as unknown }
}

/** Asks for an event stream and reads it message by message. */
export const listenTo = async (url: string, headers: Readonly<Record<string, string>> = {}): Promise<Listening> => {
  const stopping = new AbortController()
  const answer = await fetch(url, {
    headers: { Accept: 'text/event-stream', ...headers },
    signal: stopping.signal,
  })
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  const more = async (): Promise<boolean> => {
    const piece = await reader?.read()
    text += piece?.value ?? ''
    return piece !== undefined && !piece.done
  }
  return {
    status: answer.status,
    headers: answer.headers,
    async next() {
      for (;;) {
        const end = text.indexOf('\n\n')
        if (end >= 0) {
          const message = messageIn(text.slice(0, end))
          text = text.slice(end + 2)
          if (message !== undefined) return message
        } else if (!(await more())) throw new Error(`the stream has ended: ${text}`)
      }
    },
    async rest() {
      while (await more());
      return text
    },
    stop: () => stopping.abort(),
  }
}

export type Served = { readonly url: string; close(): Promise<void> }

/** On a port of its own. */
export const served = async (app: RequestListener, leaving?: AbortSignal): Promise<Served> => {
  const listening = await listen(app, {
    host: '127.0.0.1',
    port: 0,
    closeLimitMs: 200,
    ...(leaving === undefined ? {} : { leaving }),
  })
  return { url: listening.url, close: () => listening.close() }
}
