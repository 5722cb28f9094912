/**
 * The EventStoreDB that this one stands for, as it tells clients over gRPC, `/info` and the gossip. What changed from one version to
 * the next is as in this one: since 24.10.4 all of an event counts against the limit of an append, not its data alone.
 */
export const SERVER_VERSION = '24.10.4'
