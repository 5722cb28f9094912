import { z } from 'zod'

/** How many of the keys of rows that differ are named. */
export const keysNamed = 20

const rowsOfAKind = z.strictObject({
  count: z.int(),
  keys: z.array(z.string()).meta({ description: `The first ${keysNamed}` }),
})

/** What became of comparing a table that was built anew with the live one, at the same place of the log. */
export const verification = z
  .discriminatedUnion('compared', [
    z.strictObject({
      compared: z.literal(true),
      rows: z.int().meta({ description: 'In one of the two tables, or both' }),
      onlyLive: rowsOfAKind,
      onlyNew: rowsOfAKind,
      different: rowsOfAKind,
      columnsAdded: z.array(z.string()).meta({ description: 'Of the new table alone, or of another type; left out' }),
      columnsDropped: z
        .array(z.string())
        .meta({ description: 'Of the live table alone, or of another type; left out' }),
    }),
    z.strictObject({ compared: z.literal(false), reason: z.string() }),
  ])
  .meta({ id: 'Verification' })
export type Verification = z.infer<typeof verification>

/** In one line, for people. */
export const verificationText = (found: Verification): string => {
  if (!found.compared) return `not verified: ${found.reason}`
  const { rows, onlyLive, onlyNew, different } = found
  const count = onlyLive.count + onlyNew.count + different.count
  return `verified: ${count.toLocaleString('en')} of ${rows.toLocaleString('en')} rows differ`
}

/** What lies behind that line. */
export const verificationDetails = (found: Verification): readonly string[] => {
  if (!found.compared) return []
  const { onlyLive, onlyNew, different, columnsAdded, columnsDropped } = found
  const kinds = [
    ['only in the live table', onlyLive],
    ['only in the new one', onlyNew],
    ['different', different],
  ] as const
  const columns = [
    ['columns added, not compared', columnsAdded],
    ['columns dropped, not compared', columnsDropped],
  ] as const
  return [
    ...kinds
      .filter(([, { count }]) => count > 0)
      .map(
        ([name, { count, keys }]) =>
          `${name}: ${count.toLocaleString('en')} (${keys.join(', ')}${count > keys.length ? ', …' : ''})`,
      ),
    ...columns.filter(([, names]) => names.length > 0).map(([name, names]) => `${name}: ${names.join(', ')}`),
  ]
}
