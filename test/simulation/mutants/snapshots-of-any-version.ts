import type { StoredEvent } from '../../../infrastructure/event-store/port.ts'
import type { Mutation } from './mutation.ts'

const ofVersion = (version: string | undefined, event: StoredEvent): StoredEvent =>
  event.type === 'Snapshot' ? { ...event, data: { ...(event.data as object), version } } : event

/** A snapshot is used whichever version of the fold it is of: each that is read says that it is of one's own. */
export const snapshotsOfAnyVersion: Mutation = {
  name: 'snapshots of any version',
  handling: (create) => (dependencies) => {
    const { store, large = [] } = dependencies
    return create({
      ...dependencies,
      store: {
        ...store,
        lastEvents: async (stream, ...rest) =>
          (await store.lastEvents(stream, ...rest)).map((event) => ofVersion(large[0]?.version, event)),
      },
    })
  },
}
