/**
 * Streams on which appends have met conflicts lately: others write to them as well, and a look before the append costs less than the
 * append that fails. Each conflict counts for some turns, and each turn takes one of them back.
 */
export type ContestedStreams = {
  conflict(stream: string): void
  /** Asked once a turn. */
  is(stream: string): boolean
}

const turnsForAConflict = 4
const mostTurns = 32

export const createContestedStreams = (mostStreams: number): ContestedStreams => {
  const turns = new Map<string, number>()
  return {
    conflict(stream) {
      const left = turns.get(stream) ?? 0
      turns.delete(stream)
      turns.set(stream, Math.min(mostTurns, left + turnsForAConflict))
      const oldest = turns.keys().next()
      if (turns.size > mostStreams && oldest.done !== true) turns.delete(oldest.value)
    },
    is(stream) {
      const left = turns.get(stream) ?? 0
      // The first conflict alone is anybody's: two deliveries of one event, say.
      if (left <= 1) turns.delete(stream)
      else turns.set(stream, left - 1)
      return left > turnsForAConflict
    },
  }
}
