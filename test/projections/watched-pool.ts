import type { Pool, Queryable } from '../../infrastructure/postgres/pool.ts'

export type WatchedPool = {
  readonly pool: Pool
  /** Every statement that was sent, on whichever connection. */
  readonly statements: readonly string[]
  readonly forget: () => void
  /** The next statement that writes a batch is carried out, and its answer is lost. Resolves when that has happened. */
  readonly loseNextAnswer: () => Promise<void>
}

const textOf = (query: unknown): string =>
  typeof query === 'string' ? query : (query as { readonly text: string }).text

const isBatch = (text: string): boolean => text.startsWith('with wanted as materialized')

/** The pool, with everything it is asked written down. */
export const watchPool = (pool: Pool): WatchedPool => {
  const statements: string[] = []
  let lose: (() => void) | undefined

  const watch = <Asked extends Queryable>(asked: Asked): Asked =>
    new Proxy(asked, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        if (name === 'connect') return async () => watch(await (target as unknown as Pool).connect())
        if (name !== 'query') return value.bind(target) as unknown
        return async (...query: unknown[]) => {
          const text = textOf(query[0])
          statements.push(text)
          const answer: unknown = await Reflect.apply(value, target, query)
          if (lose === undefined || !isBatch(text)) return answer
          lose()
          lose = undefined
          throw Object.assign(new Error('the connection broke before the answer came'), { code: 'ECONNRESET' })
        }
      },
    })

  return {
    pool: watch(pool),
    statements,
    forget: () => {
      statements.length = 0
    },
    loseNextAnswer: () =>
      new Promise((resolve) => {
        lose = resolve
      }),
  }
}
