import type { CommandHandling } from '../../infrastructure/event-store/handle-command.ts'

/** What `work` comes to, and the types of the events that commands which follow from the event have written meanwhile. */
export type WritesOf = <Result>(
  eventId: string,
  work: () => Promise<Result>,
) => Promise<{ readonly result: Result; readonly written: readonly string[] }>

/** The same command handling, which can tell what has been written because of an event. */
export const watchedCommands = (
  handling: CommandHandling,
): { readonly commands: CommandHandling; readonly writesOf: WritesOf } => {
  const watched = new Map<string, string[]>()
  return {
    commands: {
      ...handling,
      async handle(decider, stream, command, context, options) {
        const handled = await handling.handle(decider, stream, command, context, options)
        watched.get(context.causationId)?.push(...handled.events.map(({ type }) => type))
        return handled
      },
    },
    async writesOf(eventId, work) {
      const written: string[] = []
      watched.set(eventId, written)
      try {
        return { result: await work(), written }
      } finally {
        watched.delete(eventId)
      }
    },
  }
}
