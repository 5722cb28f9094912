import { z } from 'zod'

/** Where a row was set aside because an event of its could not be folded, it stays as it was before that event; so do all rows of a table that stands still. */
export const staleField = z.literal(true).optional().meta({
  description:
    'There only where it is so: something that has happened could not be understood, or is not taken in at the moment, and nothing since then is in here',
})

export type Stale = { readonly stale: boolean }

/** For a view. */
export const staleIn = ({ stale }: Stale): { readonly stale?: true } => (stale ? { stale: true } : {})

/** Whether nothing happens to one of the tables: it is built anew, or waits for somebody to do so. */
export const standsStill = (tables: readonly string[]): string =>
  `exists (select from projection_checkpoints c where c.stands_still is not null and c.name in (${tables.map((table) => `'${table}'`).join(', ')}))`

/** Whether the row of the table under `key`, an expression, is set aside, or the whole table stands still. */
export const isStale = (table: string, key: string): string =>
  `(exists (select from projection_failures f where f.name = '${table}' and f.key = ${key}) or ${standsStill([table])})`
