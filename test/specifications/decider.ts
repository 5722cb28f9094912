import { expect } from 'chai'
import { shopEvents } from '../../domain/registry.ts'
import type { Decider } from '../../domain/shared/decider.ts'
import { fold } from '../../domain/shared/decider.ts'
import type { RefusalCode } from '../../domain/shared/refusal.ts'
import { Refusal } from '../../domain/shared/refusal.ts'

type Typed = { readonly type: string }

/** What a decision came to: its events, or the refusal. Any other error goes through. */
export const decided = <State, Command, Event>(
  decider: Decider<State, Command, Event>,
  command: Command,
  state: State,
): readonly Event[] | Refusal => {
  try {
    return decider.decide(command, state)
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

/** An event that does not fit its schema could never be written. */
export const fitsItsSchema = (event: Typed): void => {
  const { type, ...data } = event
  const definition = Object.entries(shopEvents).find(([name]) => name === type)?.[1]
  expect(definition, `${type} is in the registry`).to.not.equal(undefined)
  const parsed = definition?.schema.safeParse(data)
  expect(parsed?.success, `${type}: ${parsed?.error?.message}`).to.equal(true)
}

/**
 * Specifications of a decider: `given(...events).when(command).then(...events)`, `.thenRefused(code)`, `.thenNothing()`.
 *
 * Each says three more things without being asked. Every event fits its schema; a history in which each event stands twice leads to the
 * same decision; and the same command, given again after what it led to, leads to nothing.
 */
export const specificationOf = <State, Command, Event extends Typed>(decider: Decider<State, Command, Event>) => ({
  given: (...history: readonly Event[]) => ({
    when: (command: Command) => {
      history.forEach(fitsItsSchema)
      const state = fold(decider, history)
      const result = decided(decider, command, state)
      const repeated = decided(
        decider,
        command,
        fold(
          decider,
          history.flatMap((event) => [event, event]),
        ),
      )
      expect(repeated, 'the same decision when each event stands twice').to.deep.equal(result)
      return {
        then: (...expected: readonly Event[]): void => {
          expect(result).to.deep.equal(expected)
          expected.forEach(fitsItsSchema)
          expect(decided(decider, command, fold(decider, expected, state)), 'nothing the second time').to.deep.equal([])
        },
        thenRefused: (code: RefusalCode, facts?: Readonly<Record<string, unknown>>): void => {
          if (!(result instanceof Refusal))
            throw new Error(`expected the refusal ${code}, got ${JSON.stringify(result)}`)
          expect(result.code).to.equal(code)
          if (facts !== undefined) expect(result.facts).to.deep.equal(facts)
        },
        thenNothing: (): void => {
          expect(result).to.deep.equal([])
        },
      }
    },
  }),
})

const isRefusal = (line: readonly unknown[] | RefusalCode): line is RefusalCode => typeof line === 'string'

/**
 * A command in every state: one test a state, and a type error for a state without a line. A line is the events, or the refusal's code;
 * no events means: already so.
 */
export const inEveryState =
  <State, Command, Event extends Typed, Name extends string>(
    decider: Decider<State, Command, Event>,
    histories: Readonly<Record<Name, readonly Event[]>>,
  ) =>
  (command: Command, lines: Readonly<Record<Name, readonly Event[] | RefusalCode>>): void => {
    const { given } = specificationOf(decider)
    for (const name of Object.keys(histories) as Name[]) {
      const expected: readonly Event[] | RefusalCode = lines[name]
      it(`${name} → ${isRefusal(expected) ? expected : expected.map(({ type }) => type).join(' + ') || 'nothing'}`, () => {
        const result = given(...histories[name]).when(command)
        if (isRefusal(expected)) result.thenRefused(expected)
        else if (expected.length === 0) result.thenNothing()
        else result.then(...expected)
      })
    }
  }
