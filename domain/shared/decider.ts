/**
 * One aggregate: what may happen to it, and what it becomes by that. Both functions are pure: no clock, no random, no I/O.
 *
 * - `decide` returns the events a command leads to. `[]` means that what was asked for is already so; a `Refusal` is thrown when
 *   the business says no.
 * - `evolve` is total: an event that cannot apply in a state leaves it as it is. `at` is when the event was decided, as its metadata says;
 *   a state may forget by the time of later events, never by a clock.
 */
export type Decider<State, Command, Event> = {
  readonly initialState: State
  decide(command: Command, state: State): readonly Event[]
  evolve(state: State, event: Event, at: Date): State
}

/** The state after `events`, oldest first, all of them decided at `at`. */
export const fold = <State, Event>(
  decider: Pick<Decider<State, never, Event>, 'evolve' | 'initialState'>,
  events: Iterable<Event>,
  from: State = decider.initialState,
  at: Date = new Date(0),
): State => {
  let state = from
  for (const event of events) state = decider.evolve(state, event, at)
  return state
}
