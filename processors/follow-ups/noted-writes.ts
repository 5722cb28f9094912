import type { CommandHandling } from '../../infrastructure/event-store/handle-command.ts'

/** Does the work, and adds to `written` the types of the events that commands which follow from the event write meanwhile; also when it fails. */
export type NoteWrites = <Result>(eventId: string, written: string[], work: () => Promise<Result>) => Promise<Result>

/** The same command handling, which can tell what has been written because of an event. */
export const notedWrites = (
  handling: CommandHandling,
): { readonly commands: CommandHandling; readonly noteWrites: NoteWrites } => {
  const noted = new Map<string, string[]>()
  return {
    commands: {
      ...handling,
      async handle(decider, stream, command, context, options) {
        const handled = await handling.handle(decider, stream, command, context, options)
        noted.get(context.causationId)?.push(...handled.events.map(({ type }) => type))
        return handled
      },
    },
    async noteWrites(eventId, written, work) {
      noted.set(eventId, written)
      try {
        return await work()
      } finally {
        noted.delete(eventId)
      }
    },
  }
}
