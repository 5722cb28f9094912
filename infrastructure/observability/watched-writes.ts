import type { CommandHandling } from '../event-store/handle-command.ts'

/**
 * The same handling, with each event told that a command has written here; one that was already so tells nothing. Not a record: what was
 * written when the process died was told to nobody.
 */
export const watchedWrites = <Written extends { readonly type: string }>(
  handling: CommandHandling,
  written: (event: Written) => void,
): CommandHandling => ({
  ...handling,
  async handle(decider, stream, command, context, options) {
    const handled = await handling.handle(decider, stream, command, context, options)
    // A process writes events of its own registry alone, whatever the decider at hand calls them.
    for (const event of handled.events) written(event as { readonly type: string } as Written)
    return handled
  },
})
