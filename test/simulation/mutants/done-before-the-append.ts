import { stockDecider } from '../../../domain/inventory/stock.ts'
import { Refusal } from '../../../domain/shared/refusal.ts'
import { watchedDecisions } from './watched-decisions.ts'

/** Who waits behind others for stock is told as soon as it is decided that it is held, or has been all along; before that is written. */
export const doneBeforeTheAppend = watchedDecisions('a success given before its batch is appended', {
  decided: ({ decider, pass, answer }, decision, state) => {
    if (decider !== stockDecider || pass.events === 0 || decision instanceof Refusal) return
    answer({ events: decision, state, revision: undefined, position: undefined })
  },
})
