import { randomUUID } from 'node:crypto'
import type { CommandContext } from '../infrastructure/event-store/command-context.ts'
import type { CommandHandling } from '../infrastructure/event-store/handle-command.ts'
import type { Actor } from '../domain/shared/actor.ts'
import type { RequestContext } from '../infrastructure/http/request-context.ts'

/** What every route needs to give a command. */
export type Commanding = {
  readonly handling: CommandHandling
  /**
   * A fresh command id for each request, also when a client repeats one: an id made from what the client sends would let a changed
   * request pass as a repetition of the first.
   */
  readonly contextOf: (request: RequestContext, actor: Actor, correlationId: string) => CommandContext
  /** How long one request waits for the store: callers are told that it is away before they give up themselves. */
  readonly patience: () => { readonly signal: AbortSignal }
}

export type CommandingOptions = {
  readonly handling: CommandHandling
  readonly now: () => Date
  readonly patienceMs: number
}

/** A limit of time cannot be called off, and each one makes an error with a stack in the end: those who come together share one. */
const togetherMs = 100

const sharedPatience = (patienceMs: number): Commanding['patience'] => {
  let until = 0
  let current: { readonly signal: AbortSignal } | undefined
  return () => {
    const at = performance.now()
    if (current === undefined || at >= until) {
      until = at + togetherMs
      // So that the last of them is as patient as it was told to be.
      current = { signal: AbortSignal.timeout(patienceMs + togetherMs) }
    }
    return current
  }
}

export const commandingWith = ({ handling, now, patienceMs }: CommandingOptions): Commanding => ({
  handling,
  patience: sharedPatience(patienceMs),
  contextOf: ({ traceparent, note }, actor, correlationId) => {
    const commandId = randomUUID()
    note({ correlationId, commandId })
    return { commandId, causationId: commandId, correlationId, actor, traceparent, now }
  },
})
