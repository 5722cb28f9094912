import type { Logger } from '../infrastructure/observability/logger.ts'
import type { Intent } from './perform/intent.ts'
import type { Performed } from './perform/perform.ts'

/** One line for each intent that was looked at: at the level debug where it is completed: that is logged with its order at rest. */
export const performedLog =
  (logger: Logger) =>
  (intent: Intent, performed: Performed): void => {
    const level = performed.kind === 'completed' ? 'debug' : 'info'
    if (!logger.isOn(level)) return
    const { kind, key, orderId } = intent
    logger[level](`${kind} ${performed.kind}`, { key, correlationId: orderId, orderId, ...performed })
  }
