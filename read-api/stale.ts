import { z } from 'zod'

/** Where a row was set aside because an event of its could not be folded, it stays as it was before that event. */
export const staleField = z.literal(true).optional().meta({
  description:
    'There only where it is so: something that has happened could not be understood, and nothing since then is in here',
})

export type Stale = { readonly stale: boolean }

/** For a view. */
export const staleIn = ({ stale }: Stale): { readonly stale?: true } => (stale ? { stale: true } : {})

/** Whether the row of the table under `key`, an expression, is set aside. */
export const isSetAside = (table: string, key: string): string =>
  `exists (select from projection_failures f where f.name = '${table}' and f.key = ${key})`
