import type { z } from 'zod'
import type { EventDefinitions, EventOf } from '../../domain/shared/event-definition.ts'
import { eventMetadataSchema, type EventMetadata } from './metadata.ts'
import type { EventToStore, StoredEvent } from './port.ts'

/** Why an event cannot be understood. It is poison: no repetition will help, a person has to look. */
export class UndecodableEvent extends Error {
  override readonly name = 'UndecodableEvent'
  readonly code: 'unknown_type' | 'unknown_version' | 'schema_mismatch' | 'metadata_mismatch'
  constructor(code: UndecodableEvent['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** An event with all that is known of its recording. */
export type Recorded<Event> = {
  readonly event: Event
  readonly metadata: EventMetadata
  readonly id: string
  readonly stream: string
  readonly revision: bigint
  readonly position: StoredEvent['position']
  readonly created: Date
}

export type Codec<Event extends { readonly type: string }> = {
  /** Refuses (throws) an event that is not registered or does not fit its schema, and an id that the server must never see. */
  encode(event: Event, id: string, metadata: Omit<EventMetadata, 'schemaVersion'>): EventToStore
  /** Undefined: not a type of ours. @throws UndecodableEvent */
  decode(stored: StoredEvent): Recorded<Event> | undefined
  knows(type: string): boolean
}

const nilId = '00000000-0000-0000-0000-000000000000'

/** In one line, since it goes into the reason of what is parked; each fault with the field it is about, and never a value. */
const faultsIn = ({ issues }: z.ZodError): string =>
  issues
    .map(({ path, message }) => (path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`))
    .join('; ')

/** A step up expects what its version's schema promised; somebody else's event can be anything. */
const lifted = <Data>(step: (data: Data) => unknown, data: Data, what: string): unknown => {
  try {
    return step(data)
  } catch (error) {
    throw new UndecodableEvent(
      'schema_mismatch',
      `${what} has not what its upcast needs: ${error instanceof Error ? error.name : 'no error'}`,
    )
  }
}

/** The codec is given the registry; it knows none of the events itself. */
export const createCodec = <Definitions extends EventDefinitions>(
  definitions: Definitions,
): Codec<EventOf<Definitions>> => {
  const definitionOf = (type: string) => (Object.hasOwn(definitions, type) ? definitions[type] : undefined)

  const upcast = (type: string, data: unknown, from: number): unknown => {
    const definition = definitionOf(type)
    if (definition === undefined || from > definition.version || from < 1) {
      throw new UndecodableEvent('unknown_version', `version ${from} of ${type} is not known here`)
    }
    let current = data
    for (let version = from; version < definition.version; version += 1) {
      const step = definition.upcasts?.[version]
      if (step === undefined)
        throw new UndecodableEvent('unknown_version', `version ${version} of ${type} has no upcast`)
      // What is not an object is left for the schema to refuse.
      if (typeof current === 'object' && current !== null)
        current = lifted(step, current as Record<string, unknown>, `version ${version} of ${type}`)
    }
    return current
  }

  return {
    knows: (type) => definitionOf(type) !== undefined,

    encode(event, id, metadata) {
      const definition = definitionOf(event.type)
      if (definition === undefined) throw new Error(`the event type ${event.type || '(empty)'} is not registered`)
      if (id === nilId) throw new Error('an event needs an id that is not nil')
      const { type, ...content } = event
      const data = definition.schema.parse(content)
      const checked = eventMetadataSchema.parse({ ...metadata, schemaVersion: definition.version })
      return { id, type, data, metadata: checked }
    },

    decode(stored) {
      const definition = definitionOf(stored.type)
      if (definition === undefined) return undefined
      const metadata = eventMetadataSchema.safeParse(stored.metadata)
      if (!metadata.success)
        throw new UndecodableEvent('metadata_mismatch', `${stored.type}: ${faultsIn(metadata.error)}`)
      const data = definition.schema.safeParse(upcast(stored.type, stored.data, metadata.data.schemaVersion))
      if (!data.success) throw new UndecodableEvent('schema_mismatch', `${stored.type}: ${faultsIn(data.error)}`)
      return {
        // The registry pairs this type with this schema; the compiler cannot follow a look-up by name.
        event: { type: stored.type, ...data.data } as unknown as EventOf<Definitions>,
        metadata: metadata.data,
        id: stored.id,
        stream: stored.stream,
        revision: stored.revision,
        position: stored.position,
        created: stored.created,
      }
    },
  }
}
