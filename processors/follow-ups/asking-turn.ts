import type { BreakerState } from '../../infrastructure/outside/circuit-breaker.ts'
import type { Turn, Turns } from '../../infrastructure/time/turns.ts'

/** `paused`: the provider has asked not to be asked for a while. */
export type ProviderState = BreakerState | 'paused'

/** `away`: the breaker is open, so the provider does not answer. `later`: it cannot be asked just now, whether or not it would answer. */
export type Permission = 'ask' | 'away' | 'later'

/** Does `work` when its turn at the provider has come, or when it is known that none will. */
export type AskingTurn = <Result>(
  work: (permission: Permission) => Promise<Result>,
  options: { readonly waits: boolean },
) => Promise<Result>

/** No turn is used up while nothing would be called: none behind an open breaker, and one at a time behind one that is half open. */
export const createAskingTurn = ({
  turn,
  takeFree,
  providerState,
}: Pick<Turns, 'takeFree'> & { readonly turn: Turn; readonly providerState: () => ProviderState }): AskingTurn => {
  let trying = false
  const refused = (): Permission => (providerState() === 'open' ? 'away' : 'later')

  return async (work, { waits }) => {
    const state = providerState()
    const tries = state === 'half_open'
    if (state === 'open' || state === 'paused' || (tries && trying)) return work(refused())
    if (!waits) return work(takeFree() ? 'ask' : 'later')
    if (tries) trying = true
    try {
      return await work((await turn(() => providerState() === state)) ? 'ask' : refused())
    } finally {
      if (tries) trying = false
    }
  }
}
