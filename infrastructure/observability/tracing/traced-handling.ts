import type { CommandHandling } from '../../event-store/handle-command.ts'
import type { Tracing } from './tracing.ts'

/** The same handling, whose events are part of what is being done, whatever led to that. */
export const tracedHandling = (handling: CommandHandling, tracing: Tracing | undefined): CommandHandling => {
  if (tracing === undefined) return handling
  return {
    ...handling,
    handle(decider, stream, command, context, options) {
      const traceparent = tracing.traceparent() ?? context.traceparent
      const traced = traceparent === undefined ? context : { ...context, traceparent }
      return handling.handle(decider, stream, command, traced, options)
    },
  }
}
