import { z } from 'zod'
import type { RecordedEvent, StreamPlace } from '../../infrastructure/event-store/browse.ts'
import { isPlace, positionToText } from '../../infrastructure/event-store/position.ts'
import { masked } from '../../domain/personal-data.ts'

const linkView = z.strictObject({ stream: z.string(), revision: z.string(), metadata: z.unknown() })

export const eventView = z
  .strictObject({
    id: z.string(),
    stream: z.string(),
    revision: z.string(),
    position: z.string().nullable().meta({ description: 'In $all; null where the store does not tell' }),
    type: z.string(),
    created: z.iso.datetime(),
    data: z.unknown().meta({ description: 'JSON as it is; text or base64 where it is none' }),
    metadata: z.unknown(),
    link: linkView.optional().meta({ description: 'The link that led to it' }),
    masked: z.array(z.string()).optional().meta({ description: 'Fields that are shown by reveal=true alone' }),
    cursor: z.string().meta({ description: 'Its place in what is read: good for `from`' }),
  })
  .meta({ id: 'StreamEvent' })
export type EventView = z.infer<typeof eventView>

export const pageView = z.strictObject({
  stream: z.string(),
  direction: z.enum(['forwards', 'backwards']),
  items: z.array(eventView),
  older: z.string().nullable().meta({ description: '`from` of the page before these, backwards' }),
  newer: z.string().nullable().meta({ description: '`from` of what comes after these, forwards' }),
})

/** Bytes as text: whoever looks at them wants to know what they are, not to read them. */
const shown = (content: unknown): unknown =>
  content instanceof Uint8Array ? Buffer.from(content).toString('base64') : (content ?? null)

/** The place in the stream that was read: the link's, where a link led there. Of `$all`, the event's position. */
export const cursorOf = (stream: string, { event, link }: StreamPlace): string => {
  const place = link ?? event
  if (place === undefined) return ''
  return stream === '$all' ? positionToText(place.position) : String(place.revision)
}

const positionOf = ({ position }: RecordedEvent): string | null =>
  isPlace(position) && (position.commit > 0n || position.prepare > 0n) ? positionToText(position) : null

/** @throws Error for a place that holds nothing at all, which no store answers with */
export const viewOf = (stream: string, place: StreamPlace, { reveal }: { readonly reveal: boolean }): EventView => {
  const { link } = place
  const event = place.event ?? link
  if (event === undefined) throw new Error(`${stream} holds neither an event nor a link`)
  const data = shown(event.data)
  const hidden = reveal ? { data, fields: [] } : masked(data)
  return {
    id: event.id,
    stream: event.stream,
    revision: String(event.revision),
    position: positionOf(event),
    type: event.type,
    created: event.created.toISOString(),
    data: hidden.data,
    metadata: shown(event.metadata),
    ...(link === undefined
      ? {}
      : { link: { stream: link.stream, revision: String(link.revision), metadata: shown(link.metadata) } }),
    ...(hidden.fields.length === 0 ? {} : { masked: [...hidden.fields] }),
    cursor: cursorOf(stream, place),
  }
}
