import { until } from '../../support/until.ts'
import type { Answer } from '../test-shop-client.ts'
import { patience } from './patience.ts'

/** Asks again while a store is away (503), as the API tells its clients to. */
export const answered = (ask: () => Promise<Answer>): Promise<Answer> =>
  until(
    'it is answered',
    async () => {
      const answer = await ask()
      return answer.status === 503 ? undefined : answer
    },
    patience,
  )
