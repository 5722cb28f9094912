/** What a call is for. */
export type CallKind = 'append' | 'delete' | 'read' | 'consume' | 'groups' | 'features'

/** Appends come by one of two methods, as the client chooses; `read` is catch-up subscriptions too. */
const KINDS: Readonly<Record<string, CallKind>> = {
  'Streams/Append': 'append',
  'Streams/BatchAppend': 'append',
  'Streams/Delete': 'delete',
  'Streams/Tombstone': 'delete',
  'Streams/Read': 'read',
  'PersistentSubscriptions/Read': 'consume',
  'PersistentSubscriptions/Create': 'groups',
  'PersistentSubscriptions/Update': 'groups',
  'PersistentSubscriptions/Delete': 'groups',
  'PersistentSubscriptions/GetInfo': 'groups',
  'PersistentSubscriptions/List': 'groups',
  'PersistentSubscriptions/ReplayParked': 'groups',
  'PersistentSubscriptions/RestartSubsystem': 'groups',
  'ServerFeatures/GetSupportedMethods': 'features',
}

/** Of a full path such as `/event_store.client.streams.Streams/Read`. */
export const callKindOf = (path: string): CallKind | undefined => KINDS[path.slice(path.lastIndexOf('.') + 1)]
