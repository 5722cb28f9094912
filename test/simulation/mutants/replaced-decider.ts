import type { Decider } from '../../../domain/shared/decider.ts'
import type { Mutation } from './mutation.ts'

/**
 * A mutation that decides otherwise: `fault` answers what to decide instead, or undefined where the decision stands as it is. What is
 * folded stays the same.
 */
export const replacedDecision = <State, Command, Event>(
  name: string,
  original: Decider<State, Command, Event>,
  fault: (command: Command, state: State) => readonly Event[] | undefined,
): Mutation => {
  const mutant: Decider<State, Command, Event> = {
    ...original,
    decide: (command, state) => fault(command, state) ?? original.decide(command, state),
  }
  return {
    name,
    putInto: ({ commands, leases }) => ({
      leases,
      commands: {
        ...commands,
        // Whoever asks for the original gets the mutant, which is a decider of the same three types.
        handle: (decider, ...rest) =>
          commands.handle(Object.is(decider, original) ? (mutant as unknown as typeof decider) : decider, ...rest),
      },
    }),
  }
}
