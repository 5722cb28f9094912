import { Refusal } from '../../../domain/shared/refusal.ts'
import { watchedDecisions } from './watched-decisions.ts'

/** A refusal is given as soon as it is decided, although it rests on events of the same batch that may never be written. */
export const refusedBeforeTheAppend = watchedDecisions('a refusal given before its batch is appended', {
  decided: ({ pass, refuse }, decision) => {
    if (pass.events > 0 && decision instanceof Refusal) refuse(decision)
  },
})
