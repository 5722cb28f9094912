/**
 * What a real EventStoreDB tells at /metrics of what is asked for here, with labels as it gives them: by the reference of its metrics for 24.10,
 * https://developers.eventstore.com/server/v24.10/diagnostics/metrics. `embedded`: the embedded event store tells it too.
 */
export const eventStoreSeries = {
  eventstore_statuses: { labels: 'name="Node",status="Leader"', embedded: true },
  eventstore_checkpoints: { labels: 'name="writer",read="non-flushed"', embedded: true },
  eventstore_elections_count: { labels: '', embedded: false },
  eventstore_sys_disk_bytes: { labels: 'disk="/var/lib/eventstore",kind="used"', embedded: false },
  eventstore_queue_queueing_duration_max_seconds: { labels: 'name="Writer",range="16-20 seconds"', embedded: false },
  eventstore_writer_flush_duration_max_seconds: { labels: 'range="16-20 seconds"', embedded: false },
  eventstore_incoming_grpc_calls: { labels: 'kind="failed"', embedded: false },
  eventstore_proc_mem_bytes: { labels: 'kind="working-set"', embedded: true },
  eventstore_persistent_sub_connections: { labels: 'event_stream_id="$all",group_name="payment"', embedded: true },
  eventstore_persistent_sub_parked_messages: { labels: 'event_stream_id="$all",group_name="payment"', embedded: true },
  eventstore_persistent_sub_last_known_event_commit_position: {
    labels: 'event_stream_id="$all",group_name="payment"',
    embedded: true,
  },
  eventstore_persistent_sub_checkpointed_event_commit_position: {
    labels: 'event_stream_id="$all",group_name="payment"',
    embedded: true,
  },
} as const satisfies Readonly<Record<string, { readonly labels: string; readonly embedded: boolean }>>

export type EventStoreSeries = keyof typeof eventStoreSeries

export const eventStoreNames = Object.keys(eventStoreSeries) as readonly EventStoreSeries[]

/** What only a real one tells. */
export const ofRealServersAlone: ReadonlySet<string> = new Set(
  eventStoreNames.filter((name) => !eventStoreSeries[name].embedded),
)
