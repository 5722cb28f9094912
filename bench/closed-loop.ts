import { Agent, request } from 'node:http'

export type Call = {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export type Load = {
  /** Answers a second, from the first call to the last answer. */
  readonly perSecond: number
  /** From the call to the last byte of its answer, in milliseconds. */
  readonly ms: readonly number[]
  /** The bodies of the answers, in the order of the calls. */
  readonly bodies: readonly string[]
}

/** One call. Rejects when the connection breaks, or nothing is answered within 30 s. */
export const send = (
  url: string,
  agent: Agent,
  { method, path, headers, body }: Call,
): Promise<{ readonly status: number; readonly text: string }> =>
  new Promise((resolve, reject) => {
    const sent = request(
      `${url}${path}`,
      {
        method,
        agent,
        timeout: 30_000,
        headers: {
          ...headers,
          ...(body === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
        },
      },
      (answer) => {
        const parts: Buffer[] = []
        answer.on('data', (part: Buffer) => parts.push(part))
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString() }))
        answer.on('error', reject)
      },
    )
    sent.on('timeout', () => sent.destroy(new Error(`${method} ${path}: no answer within 30 s`)))
    sent.on('error', reject)
    sent.end(body)
  })

/**
 * Makes `count` calls, `concurrency` at a time, each place on a connection of its own that it keeps. By hand, since the driver works on the
 * same machine: `fetch` takes several times as much of it.
 * @throws when an answer is not `expected`
 */
export const closedLoop = async (
  url: string,
  { count, concurrency, expected }: { readonly count: number; readonly concurrency: number; readonly expected: number },
  callOf: (index: number) => Call,
): Promise<Load> => {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency })
  const ms: number[] = []
  const bodies = Array<string>(count).fill('')
  const began = performance.now()
  let next = 0
  try {
    await Promise.all(
      Array.from({ length: concurrency }, async () => {
        while (next < count) {
          const index = next++
          const call = callOf(index)
          const sent = performance.now()
          const { status, text } = await send(url, agent, call)
          ms.push(performance.now() - sent)
          if (status !== expected)
            throw new Error(`${call.method} ${call.path} answered ${status}: ${text.slice(0, 500)}`)
          bodies[index] = text
        }
      }),
    )
    return { perSecond: count / ((performance.now() - began) / 1_000), ms, bodies }
  } finally {
    agent.destroy()
  }
}
