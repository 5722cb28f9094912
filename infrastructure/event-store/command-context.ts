import type { Actor } from '../../domain/shared/actor.ts'

/** What goes with a command: who gave it, what it follows from, and the id under which its events are written. */
export type CommandContext = {
  readonly commandId: string
  readonly correlationId: string
  readonly causationId: string
  readonly actor: Actor
  readonly traceparent?: string
  /** The writer's clock, for `occurredAt`. */
  readonly now: () => Date
  /**
   * It may have been carried out before (a parked message that is retried or replayed, a delivery that comes again): the stream is read before
   * anything is sent. Else a repetition would be told from a first success only by its position.
   */
  readonly lookFirst?: boolean
}

/** How a command of a process manager is carried out. Most are `handleCommand` on one stream; a few span streams or call out. */
export type CommandHandler<Command> = (command: Command, context: CommandContext) => Promise<void>
