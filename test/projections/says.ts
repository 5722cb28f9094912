import type { Engine } from '../../infrastructure/projections/engine.ts'
import { reasonsNotReady } from '../../infrastructure/projections/status.ts'
import { until } from '../support/until.ts'

export const saysOf = (engine: Engine): string => reasonsNotReady(engine.status()).join(' | ')

/** Until the engine says just these reasons for not being ready; none: ''. */
export const says = (engine: Engine, words: string) =>
  until(`it says: ${words}`, () => (saysOf(engine) === words ? true : undefined))
