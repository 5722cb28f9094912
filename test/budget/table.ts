import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What may be counted: mostly one number. Two where the order in which two services look at one event shows. */
export type Cell = { readonly least: number; readonly most: number }

/** By kind of order, then by row. */
export type Table = ReadonlyMap<string, ReadonlyMap<string, Cell>>

export const tableFile = join(import.meta.dirname, 'orders.md')

const none = '·'

const cellsOf = (line: string): readonly string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())

const parseCell = (text: string): Cell => {
  const match = /^(\d+)(?:–(\d+))?$/.exec(text)
  if (match === null) throw new Error(`'${text}' in the table of the budget is no count`)
  const least = Number(match[1])
  return { least, most: match[2] === undefined ? least : Number(match[2]) }
}

/** @throws when the text holds no such table, or something in it that is no count */
export const parseTable = (text: string): Table => {
  const [head, , ...rows] = text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map(cellsOf)
  if (head === undefined) throw new Error('there is no table of the budget')
  const table = new Map<string, Map<string, Cell>>(head.slice(1).map((kind) => [kind, new Map<string, Cell>()]))
  for (const [row = '', ...cells] of rows) {
    head.slice(1).forEach((kind, index) => {
      const cell = cells[index] ?? none
      if (cell !== none) table.get(kind)?.set(row, parseCell(cell))
    })
  }
  return table
}

const shown = ({ least, most }: Cell): string => (least === most ? String(most) : `${least}–${most}`)

/** The same text with this table in the place of its own. */
export const withTable = (text: string, table: Table): string => {
  const kinds = [...table.keys()]
  const rows = [...new Set([...table.values()].flatMap((column) => [...column.keys()]))]
  const lines = [
    ['', ...kinds],
    ['---', ...kinds.map(() => '--:')],
    ...rows.map((row) => [
      row,
      ...kinds.map((kind) => {
        const cell = table.get(kind)?.get(row)
        return cell === undefined ? none : shown(cell)
      }),
    ]),
  ].map((cells) => `| ${cells.join(' | ')} |`)
  const before = text
    .split('\n')
    .filter((line) => !line.startsWith('|'))
    .join('\n')
    .trimEnd()
  return `${before}\n\n${lines.join('\n')}\n`
}

export const readTable = (): Table => parseTable(readFileSync(tableFile, 'utf8'))
