import { z } from 'zod'
import { deadLetterSchema, wholeDeadLetterSchema, type DeadLetter } from './dead-letter.ts'

const page = z.object({ items: z.array(deadLetterSchema), nextCursor: z.string().nullable() })
const problem = z.object({ code: z.string(), detail: z.string().optional() })

export type WholeDeadLetter = z.infer<typeof wholeDeadLetterSchema>

/** The processors said no, or could not be reached. `code` is the problem's, where there is one. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed'
  readonly code: string | undefined
  constructor(message: string, code?: string) {
    super(message)
    this.code = code
  }
}

export type DeadLettersClient = {
  list(options: { readonly group: string | undefined; readonly resolvedToo: boolean }): Promise<readonly DeadLetter[]>
  show(group: string, number: string): Promise<WholeDeadLetter>
  retry(group: string, number: string): Promise<void>
}

/** The processors' API as the tool uses it. @throws RequestFailed */
export const deadLettersClient = (url: string, token: string): DeadLettersClient => {
  const ask = async (path: string, method: 'GET' | 'POST' = 'GET'): Promise<unknown> => {
    const response = await fetch(new URL(path, url), {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
      },
      ...(method === 'POST' ? { body: '{}' } : {}),
      signal: AbortSignal.timeout(15_000),
    }).catch((error: unknown) => {
      throw new RequestFailed(`${url} cannot be reached: ${error instanceof Error ? error.message : String(error)}`)
    })
    const body: unknown = await response.json().catch(() => undefined)
    if (response.ok) return body
    const { data } = problem.safeParse(body)
    throw new RequestFailed(data?.detail ?? `${url} answered ${response.status}`, data?.code)
  }

  return {
    async list({ group, resolvedToo }) {
      const deadLetters: DeadLetter[] = []
      let cursor: string | null = null
      do {
        const query = new URLSearchParams({
          limit: '100',
          settled: String(resolvedToo),
          ...(cursor === null ? {} : { cursor }),
        })
        const path = group === undefined ? '/v1/dead-letters' : `/v1/dead-letters/${encodeURIComponent(group)}`
        const { items, nextCursor } = page.parse(await ask(`${path}?${query.toString()}`))
        deadLetters.push(...items)
        cursor = nextCursor
      } while (cursor !== null)
      return deadLetters
    },
    show: async (group, number) =>
      wholeDeadLetterSchema.parse(
        await ask(`/v1/dead-letters/${encodeURIComponent(group)}/${encodeURIComponent(number)}`),
      ),
    async retry(group, number) {
      await ask(`/v1/dead-letters/${encodeURIComponent(group)}/${encodeURIComponent(number)}/retry`, 'POST')
    },
  }
}
