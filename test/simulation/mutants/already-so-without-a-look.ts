import { watchedDecisions } from './watched-decisions.ts'

async function* nothingNew() {
  /* as if the stream had been read, and had gone no further */
}

/** "Already so" is believed of what is remembered of the stream. */
export const alreadySoWithoutALook = watchedDecisions('already so without a look', {
  store: (store, passOn) => ({
    ...store,
    readStream: (stream, options = {}) => {
      const pass = passOn(stream)
      const goesOn = options.from !== undefined && options.limit === undefined
      const alreadySo = pass !== undefined && pass.events === 0 && pass.refusals.length === 0
      return goesOn && alreadySo ? nothingNew() : store.readStream(stream, options)
    },
  }),
})
