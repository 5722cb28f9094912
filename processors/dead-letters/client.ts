import { z } from 'zod'
import { deadLetterSchema, wholeDeadLetterSchema, type DeadLetter, type WholeDeadLetter } from './dead-letter.ts'
import type { Filter } from './filter.ts'

const page = z.object({ items: z.array(deadLetterSchema), nextCursor: z.string().nullable() })
const problem = z.object({
  code: z.string(),
  detail: z.string().optional(),
  facts: z.record(z.string(), z.unknown()).optional(),
})

/** The processors said no, or could not be reached. `code` and `facts` are the problem's, where there is one. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed'
  readonly code: string | undefined
  readonly facts: Readonly<Record<string, unknown>> | undefined
  constructor(message: string, code?: string, facts?: Readonly<Record<string, unknown>>) {
    super(message)
    this.code = code
    this.facts = facts
  }
}

export type Wanted = { readonly group: string | undefined; readonly resolvedToo: boolean; readonly filter: Filter }

export type DeadLettersClient = {
  list(wanted: Wanted): Promise<readonly DeadLetter[]>
  show(group: string, number: string): Promise<WholeDeadLetter>
  retry(group: string, number: string): Promise<void>
  discard(group: string, number: string, why: string): Promise<void>
}

/** The processors' API as the tool uses it. @throws RequestFailed */
export const deadLettersClient = (url: string, token: string): DeadLettersClient => {
  const ask = async (path: string, body?: object): Promise<unknown> => {
    const authorization = `Bearer ${token}`
    const response = await fetch(new URL(path, url), {
      ...(body === undefined
        ? { headers: { authorization } }
        : {
            method: 'POST',
            headers: { authorization, 'content-type': 'application/json' },
            body: JSON.stringify(body),
          }),
      signal: AbortSignal.timeout(15_000),
    }).catch((error: unknown) => {
      throw new RequestFailed(`${url} cannot be reached: ${error instanceof Error ? error.message : String(error)}`)
    })
    const answer: unknown = await response.json().catch(() => undefined)
    if (response.ok) return answer
    const { data } = problem.safeParse(answer)
    throw new RequestFailed(data?.detail ?? `${url} answered ${response.status}`, data?.code, data?.facts)
  }
  const pathOf = (...parts: readonly string[]) => ['/v1/dead-letters', ...parts.map(encodeURIComponent)].join('/')

  return {
    async list({ group, resolvedToo, filter }) {
      const deadLetters: DeadLetter[] = []
      let cursor: string | null = null
      do {
        const parameters = Object.entries({ ...filter, limit: 100, settled: resolvedToo, cursor: cursor ?? undefined })
        const query = new URLSearchParams(
          parameters.flatMap(([name, value]): [string, string][] =>
            value === undefined ? [] : [[name, String(value)]],
          ),
        )
        const path = group === undefined ? pathOf() : pathOf(group)
        const { items, nextCursor } = page.parse(await ask(`${path}?${query.toString()}`))
        deadLetters.push(...items)
        cursor = nextCursor
      } while (cursor !== null)
      return deadLetters
    },
    show: async (group, number) => wholeDeadLetterSchema.parse(await ask(pathOf(group, number))),
    async retry(group, number) {
      await ask(pathOf(group, number, 'retry'), {})
    },
    async discard(group, number, why) {
      await ask(pathOf(group, number, 'discard'), { why })
    },
  }
}
