/**
 * One aggregate: what may happen to it, and what it becomes by that. Both functions are pure: no clock, no random, no I/O.
 *
 * - `decide` answers the events a command leads to. `[]` means that what was asked for is already so; a `Refusal` is thrown when
 *   the business says no.
 * - `evolve` is total: an event that cannot apply in a state leaves it as it is.
 */
export type Decider<State, Command, Event> = {
  readonly initialState: State
  decide(command: Command, state: State): readonly Event[]
  evolve(state: State, event: Event): State
}

/** The state after `events`, oldest first. */
export const fold = <State, Event>(
  decider: Pick<Decider<State, never, Event>, 'evolve' | 'initialState'>,
  events: Iterable<Event>,
  from: State = decider.initialState,
): State => {
  let state = from
  for (const event of events) state = decider.evolve(state, event)
  return state
}
