import { expect } from 'chai'
import fc from 'fast-check'
import type { Decider } from '../../domain/shared/decider.ts'
import { fold } from '../../domain/shared/decider.ts'
import { Refusal } from '../../domain/shared/refusal.ts'
import { decided, fitsItsSchema } from './decider.ts'

/**
 * What every decider promises, tried with sequences of `commands`. `invariant` throws when a state breaks a rule of the shop; it is
 * looked at after every single event.
 */
export const keepsItsPromises = <State, Command, Event extends { readonly type: string }>(
  decider: Decider<State, Command, Event>,
  commands: fc.Arbitrary<Command>,
  {
    seed,
    invariant = () => undefined,
  }: { readonly seed: number; readonly invariant?: (state: State, history: readonly Event[]) => void },
): void => {
  const sequences = fc.array(commands, { maxLength: 40 })

  /** What is written when the commands come one after another. */
  const historyOf = (given: readonly Command[]): readonly Event[] => {
    let state = decider.initialState
    const history: Event[] = []
    for (const command of given) {
      const result = decided(decider, command, state)
      if (result instanceof Refusal) continue
      history.push(...result)
      state = fold(decider, result, state)
    }
    return history
  }

  it('whatever is asked for in whatever order: events that fit their schemas, and nothing more when it is asked for again', () => {
    fc.assert(
      fc.property(sequences, (given) => {
        let state = decider.initialState
        const history: Event[] = []
        for (const command of given) {
          const result = decided(decider, command, state)
          if (result instanceof Refusal) continue
          for (const event of result) {
            fitsItsSchema(event)
            state = fold(decider, [event], state)
            history.push(event)
            invariant(state, history)
          }
          expect(decided(decider, command, state)).to.deep.equal([])
        }
      }),
      { seed, numRuns: 300 },
    )
  })

  it('an event that is written twice counts once', () => {
    fc.assert(
      fc.property(sequences, commands, (given, command) => {
        const history = historyOf(given)
        const twice = history.flatMap((event) => [event, event])
        expect(plain(fold(decider, twice))).to.deep.equal(plain(fold(decider, history)))
        expect(decided(decider, command, fold(decider, twice))).to.deep.equal(
          decided(decider, command, fold(decider, history)),
        )
      }),
      { seed, numRuns: 300 },
    )
  })

  it('whatever events there are, in any order and any number: a state, and a decision or a refusal', () => {
    const shuffled = sequences
      .map(historyOf)
      .chain((history): fc.Arbitrary<readonly Event[]> =>
        history.length === 0 ? fc.constant([]) : fc.array(fc.constantFrom(...history), { maxLength: 60 }),
      )
    fc.assert(
      fc.property(shuffled, commands, (history, command) => {
        decided(decider, command, fold(decider, history))
      }),
      { seed, numRuns: 300 },
    )
  })

  it('deciding and evolving leave the state as it was', () => {
    fc.assert(
      fc.property(sequences, commands, (given, command) => {
        const state = fold(decider, historyOf(given))
        const before = plain(state)
        const result = decided(decider, command, state)
        if (!(result instanceof Refusal)) fold(decider, result, state)
        expect(plain(state)).to.deep.equal(before)
      }),
      { seed, numRuns: 100 },
    )
  })
}

/** A copy that shares nothing with the state, maps as lists of their entries. */
const plain = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value
  if (Symbol.iterator in value) return Array.from(value as Iterable<unknown>, plain)
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]))
}
