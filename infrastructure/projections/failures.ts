import { positionToText } from '../event-store/position.ts'
import type { FoldFailure } from './fold.ts'
import { storableJson, storableText } from './storable.ts'

/** For the parameter of `insertFailures`. */
export const failuresAsJson = (failures: readonly FoldFailure[]): string =>
  storableJson(
    failures.map(({ key, stored, error }) => ({
      key,
      position: positionToText(stored.position),
      stream: stored.stream,
      event_id: stored.id,
      event_type: stored.type,
      error: (error instanceof Error ? error.message : String(error)).slice(0, 2_000),
    })),
  )

/**
 * Marks rows of the table as set aside; `name` and `failures` name parameters. What is marked already stays as it is: the first event
 * is the one to look at.
 */
export const insertFailures = (name: string, failures: string, condition = 'true'): string =>
  `insert into projection_failures (name, key, position, stream, event_id, event_type, error)
   select ${name}::text, key, position, stream, event_id, event_type, error from jsonb_to_recordset(${failures}::jsonb)
     as f(key text, position text, stream text, event_id text, event_type text, error text)
   where ${condition} on conflict (name, key) do nothing`

/** The names under which the rows are set aside. */
export const setAsideKeys = (failures: readonly FoldFailure[]): readonly string[] =>
  failures.map(({ key }) => storableText(key))
