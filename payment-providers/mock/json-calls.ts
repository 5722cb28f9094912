import { Agent as HttpAgent, request as requestHttp, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { urlToHttpOptions } from 'node:url'

export type JsonCall = {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly key?: string
  readonly body?: unknown
}
export type JsonAnswer = { readonly status: number; readonly body: unknown }

export type JsonCalls = {
  /** Rejects with what went wrong on the way, also when the signal ends it; with a SyntaxError for an answer that is no JSON. */
  call(call: JsonCall, signal: AbortSignal): Promise<JsonAnswer>
  /** Connections that are kept end. */
  close(): void
}

/** Shorter than servers keep them, so that a call seldom meets one that is just being closed. Servers that say for how long are believed. */
const idleMs = 4_000

/** In characters. What a provider says of one payment is some hundreds; nobody has to hold what never ends. */
const longestAnswer = 1_000_000

const textOf = (response: IncomingMessage, resolve: (text: string) => void, reject: (error: Error) => void): void => {
  let text = ''
  response
    .setEncoding('utf8')
    .on('data', (part: string) => {
      text += part
      if (text.length > longestAnswer) response.destroy(new Error(`an answer of more than ${longestAnswer} characters`))
    })
    .once('end', () => {
      resolve(text)
    })
    .on('error', reject)
}

/** Calls of one server, over connections that are kept. A third of the work of `fetch`, whose streams and headers nobody needs here. */
export const jsonCalls = (url: string): JsonCalls => {
  const server = urlToHttpOptions(new URL(url))
  const [Agent, request] =
    server.protocol === 'https:' ? ([HttpsAgent, requestHttps] as const) : ([HttpAgent, requestHttp] as const)
  const agent = new Agent({ keepAlive: true, timeout: idleMs })

  const ask = ({ method, path, key, body }: JsonCall, signal: AbortSignal): Promise<JsonAnswer> =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted()
      const content = body === undefined ? undefined : JSON.stringify(body)
      const headers: Record<string, string | number> = {}
      if (key !== undefined) headers['Idempotency-Key'] = key
      if (content !== undefined) headers['Content-Type'] = 'application/json'
      if (method === 'POST') headers['Content-Length'] = content === undefined ? 0 : Buffer.byteLength(content)

      const asked = request({ ...server, method, path, agent, headers })
      const giveUp = () => {
        asked.destroy(new Error('ended by its signal'))
      }
      signal.addEventListener('abort', giveUp)
      const fail = (error: Error) => {
        signal.removeEventListener('abort', giveUp)
        reject(error)
      }
      asked.once('response', (response) => {
        textOf(
          response,
          (text) => {
            signal.removeEventListener('abort', giveUp)
            try {
              resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as unknown })
            } catch (error) {
              reject(error instanceof Error ? error : new Error(String(error)))
            }
          },
          fail,
        )
      })
      // A second error after the first would end the process if nobody heard it.
      asked.on('error', fail)
      asked.end(content)
    })

  return {
    call: ask,
    close: () => {
      agent.destroy()
    },
  }
}
