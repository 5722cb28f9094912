import type { Counts } from './count.ts'
import type { Cell, Table } from './table.ts'

export type Column = ReadonlyMap<string, Cell>

/** The least and the most that were counted in each row. */
export const columnOf = (counted: readonly Counts[]): Column => {
  const column = new Map<string, Cell>()
  for (const counts of counted) {
    for (const [row, count] of counts) {
      const seen = column.get(row) ?? { least: count, most: count }
      column.set(row, { least: Math.min(seen.least, count), most: Math.max(seen.most, count) })
    }
  }
  return column
}

export type Difference = {
  readonly row: string
  readonly counted: number
  readonly budget: Cell | undefined
  readonly is: 'grown' | 'lower' | 'new'
}

/** Rows in which more was counted than the budget allows, or less than it says; in the order in which they were counted. */
export const differencesOf = (counted: Column, budget: Column): readonly Difference[] => {
  const differences: Difference[] = []
  for (const [row, { most }] of counted) {
    const cell = budget.get(row)
    if (cell === undefined) differences.push({ row, counted: most, budget: cell, is: 'new' })
    else if (most > cell.most) differences.push({ row, counted: most, budget: cell, is: 'grown' })
    else if (most < cell.least) differences.push({ row, counted: most, budget: cell, is: 'lower' })
  }
  return differences
}

export const sentenceOf = (kind: string, { row, counted, budget, is }: Difference): string => {
  switch (is) {
    case 'grown':
      return `${kind}: ${row}: ${counted} counted, and the budget is ${budget?.most}`
    case 'lower':
      return `${kind}: ${row}: only ${counted} counted, and the budget is ${budget?.least}: lower it with \`npm run budget\``
    case 'new':
      return `${kind}: ${row}: ${counted} counted, and the budget does not know it: \`npm run budget -- --raise\``
  }
}

/**
 * The table with what was counted. What has grown, or is new, is taken over only with `raise`; a cell of two numbers stays as it is
 * for as long as what is counted lies in it.
 */
export const renewed = (table: Table, counted: Table, raise: boolean): Table =>
  new Map(
    [...counted].map(([kind, column]) => {
      const old = table.get(kind) ?? new Map<string, Cell>()
      const cells = [...column].flatMap(([row, cell]): (readonly [string, Cell])[] => {
        const before = old.get(row)
        if (before === undefined) return raise ? [[row, cell]] : []
        // Where it is chance which of two numbers is counted, a few orders more than one do not show all of them.
        if (cell.most > before.most)
          return [
            [
              row,
              raise ? { least: Math.min(cell.least, before.least + cell.most - before.most), most: cell.most } : before,
            ],
          ]
        return [[row, cell.most < before.least ? cell : before]]
      })
      return [kind, new Map(cells)]
    }),
  )
