import type { ShopEvent } from '../../domain/registry.ts'
import { eventIdOf } from '../../domain/shared/ids.ts'
import type { Handled } from '../../infrastructure/event-store/handle-command.ts'
import type { IntentEvent } from '../perform/intent.ts'

/** What a command has written, under the ids that its events were given. */
export const writtenEvents = (
  { events, revision }: Pick<Handled<unknown, ShopEvent>, 'events' | 'revision'>,
  { stream, commandId, occurredAt }: { readonly stream: string; readonly commandId: string; readonly occurredAt: Date },
): readonly IntentEvent[] => {
  const before = (revision ?? -1n) - BigInt(events.length)
  const expected = before < 0n ? 'no_stream' : String(before)
  return events.map((event, index) => ({ event, id: eventIdOf(commandId, stream, expected, index, event), occurredAt }))
}
