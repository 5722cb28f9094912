import type grpc from '@grpc/grpc-js'
import features from '@eventstore/db-client/generated/serverfeatures_pb.js'

/** What clients ask for before they use a newer part of a method; unknown methods are reported without features. */
const FEATURES: Readonly<Record<string, readonly string[]>> = {
  '/event_store.client.streams.streams/read': ['position', 'events'],
  '/event_store.client.streams.streams/batchappend': ['deadline_duration'],
  '/event_store.client.projections.projections/create': ['track_emitted_streams'],
}
const PERSISTENT_SUBSCRIPTIONS = 'event_store.client.persistent_subscriptions.persistentsubscriptions'

/** All methods of these services, in lower case as EventStoreDB lists them. */
export const supportedMethods = (
  services: readonly grpc.ServiceDefinition[],
  version: string,
): features.SupportedMethods =>
  new features.SupportedMethods()
    .setEventStoreServerVersion(version)
    .setMethodsList(
      services.flatMap((service) => Object.values(service).map(({ path }) => supportedMethod(path.toLowerCase()))),
    )

const supportedMethod = (path: string): features.SupportedMethod => {
  const [, service = '', method = ''] = path.split('/')
  const names = service === PERSISTENT_SUBSCRIPTIONS ? ['stream', 'all'] : (FEATURES[path] ?? [])
  return new features.SupportedMethod()
    .setServiceName(service)
    .setMethodName(method)
    .setFeaturesList([...names])
}
