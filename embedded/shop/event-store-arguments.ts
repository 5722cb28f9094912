export type EventStoreWanted = {
  readonly port: number | string
  /** A directory, or `memory`. */
  readonly data: string
  /** With its standard projections: `$ce-`, `$et-` and the like are written, which costs several more records for each event. */
  readonly projections?: boolean | undefined
}

/** How the embedded event store is started. */
export const eventStoreArguments = ({ port, data, projections }: EventStoreWanted): readonly string[] => [
  '--port',
  String(port),
  '--data',
  data,
  ...(projections === true ? ['--projections'] : []),
]
