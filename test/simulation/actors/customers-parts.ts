import type { Scripts } from '../scripts.ts'
import type { Surroundings } from '../surroundings.ts'
import type { ApiCall } from './api.ts'

/** What customers need to act. */
export type CustomersParts = Surroundings & {
  readonly call: ApiCall
  readonly scripts: Scripts
  readonly skus: readonly string[]
}
