/** The recorded event a process manager looks at, beside its content. `eventId` is the original's id, never a link's. */
export type Cause = {
  readonly eventId: string
}

/**
 * What to ask for when something has happened: a table from event to commands, and nothing else. Pure.
 * Its commands never refuse in a state that a late or repeated event can reach. (Messages are not asked for: the notification process
 * manager says which are owed, and the event is the intent to send them.)
 *
 * `group` names the persistent subscription that feeds it; it is also part of every command id made from its reactions.
 */
export type ProcessManager<Event extends { readonly type: string }, Command> = {
  readonly group: string
  readonly on: {
    readonly [Type in Event['type']]?: (
      event: Extract<Event, { readonly type: Type }>,
      cause: Cause,
    ) => readonly Command[]
  }
}

/** The commands that follow from one event; none for an event that the process manager does not look at. */
export const react = <Event extends { readonly type: string }, Command>(
  processManager: ProcessManager<Event, Command>,
  event: Event,
  cause: Cause,
): readonly Command[] => {
  // The table's type pairs each handler with its own event; a look-up by a union of types cannot say so.
  const handler = processManager.on[event.type as Event['type']] as
    | ((event: Event, cause: Cause) => readonly Command[])
    | undefined
  return handler === undefined ? [] : handler(event, cause)
}
