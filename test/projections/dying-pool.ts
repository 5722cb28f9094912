import { silentLogger } from '../../infrastructure/observability/logger.ts'
import { openPool, type Pool, type Queryable } from '../../infrastructure/postgres/pool.ts'

/** What a statement of a process that has died is answered with: no fault that passes. */
export class Died extends Error {
  override readonly name = 'Died'
}

export type DyingPool = {
  readonly pool: Pool
  readonly died: () => boolean
  end(): Promise<void>
}

/**
 * The pool of a process that dies when its n-th statement has been carried out, before it hears of that: the server ends its connections,
 * with whatever transaction they are in.
 */
export const openDyingPool = (url: string, watching: Queryable, after: number): DyingPool => {
  const applicationName = `dies after ${after}`
  const own = openPool({ url, applicationName, logger: silentLogger, max: 2 })
  let statements = 0
  let died = false

  const asked = async (query: () => Promise<unknown>): Promise<unknown> => {
    if (died) throw new Died('it is dead')
    const answer = await query()
    statements += 1
    if (statements < after) return answer
    died = true
    await watching.query('select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1', [
      applicationName,
    ])
    throw new Died(`it died after ${after} statements`)
  }

  const dying = <Asked extends Queryable>(target: Asked): Asked =>
    new Proxy(target, {
      get(object, name) {
        const value: unknown = Reflect.get(object, name)
        if (typeof value !== 'function') return value
        if (name === 'connect') return async () => dying(await (object as unknown as Pool).connect())
        if (name !== 'query') return value.bind(object) as unknown
        return (...query: unknown[]) => asked(async () => Reflect.apply(value, object, query) as unknown)
      },
    })

  return { pool: dying(own), died: () => died, end: () => own.end() }
}
