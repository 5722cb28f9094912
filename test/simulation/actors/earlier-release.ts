import { notificationDecider } from '../../../domain/notifications/notification.ts'
import { notificationProcess } from '../../../domain/notifications/process.ts'
import { commandIdOf } from '../../../domain/shared/ids.ts'
import { react } from '../../../domain/shared/process-manager.ts'
import { streams } from '../../../domain/shared/streams.ts'
import type { CustomersParts } from './customers-parts.ts'

/**
 * In some runs a release before this one is at work for a while: it asks for each message by name, and dies before it sends any. What it
 * leaves behind is an intent like the others.
 */
export const letEarlierReleaseRun = ({ random, call, scripts, onWritten, weather, date }: CustomersParts): void => {
  if (!random.chance(0.3)) return
  onWritten((events) => {
    if (!weather.isStormy()) return
    for (const { event, id } of events) {
      for (const owed of react(notificationProcess, event, { eventId: id })) {
        if (!random.chance(0.5)) continue
        scripts.start(async () => {
          await scripts.pause(random.int(1, 60))
          await call(`asks for ${owed.key}`, ({ handling }) =>
            handling.handle(
              notificationDecider,
              streams.notification(owed.orderId),
              { type: 'RequestNotification', ...owed },
              {
                commandId: commandIdOf(id, 'notification', 'RequestNotification', 0),
                correlationId: owed.orderId,
                causationId: id,
                actor: { type: 'system', id: 'notification' },
                now: date,
              },
            ),
          )
        })
      }
    }
  })
}
