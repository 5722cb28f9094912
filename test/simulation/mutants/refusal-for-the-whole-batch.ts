import { watchedDecisions } from './watched-decisions.ts'

/** One command of a batch is refused, and with it all that were appended together with it. */
export const refusalForTheWholeBatch = watchedDecisions('a refusal given to the whole batch', {
  answering: ({
    pass: {
      refusals: [refusal],
    },
  }) => {
    if (refusal !== undefined) throw refusal
  },
})
