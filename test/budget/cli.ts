// `npm run budget`: counts what each kind of order costs, and brings the table of the budget down to it.
import { readFileSync, writeFileSync } from 'node:fs'
import { Command } from 'commander'
import { positive } from 'eventstoredb-compatible-server/source/bench/positive'
import { stopTestPostgres } from '../support/postgres.ts'
import { columnOf, differencesOf, renewed, sentenceOf, type Column } from './compare.ts'
import { countKind, prepare, type Counts } from './count.ts'
import { kinds } from './kinds.ts'
import { startCountedShop } from './shop.ts'
import { parseTable, tableFile, withTable } from './table.ts'

const { raise = false, rounds } = new Command('npm run budget --')
  .description(
    'Counts what each kind of order costs and lowers test/budget/orders.md to it. What has grown stays as it is, and is said.',
  )
  .option('--raise', 'takes over also what has grown, and what is new')
  .option('--rounds <n>', 'orders of each kind, two at a time', positive, 2)
  .addHelpText(
    'after',
    '\nExit codes: 0 the table says what was counted, 1 something has grown, 2 asked for in a wrong way.',
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse()
  .opts<{ raise?: true; rounds: number }>()

const counted = new Map<string, Column>()
const shop = await startCountedShop()
try {
  await prepare(shop)
  for (const kind of kinds) {
    const all: Counts[] = []
    for (let round = 1; round <= rounds; round += 1) {
      all.push(await countKind(shop, kind, `${round} a`, 'one'), await countKind(shop, kind, `${round} b`, 'single'))
    }
    counted.set(kind.name, columnOf(all))
  }
} finally {
  await shop.stop()
  await stopTestPostgres()
}

const text = readFileSync(tableFile, 'utf8')
const table = text.includes('\n|') ? parseTable(text) : new Map<string, Column>()
const differences = [...counted].flatMap(([kind, column]) =>
  differencesOf(column, table.get(kind) ?? new Map()).map((difference) => ({ kind, difference })),
)
for (const { kind, difference } of differences) {
  if (!(raise && difference.is === 'new')) process.stdout.write(`${sentenceOf(kind, difference)}\n`)
}
const after = renewed(table, counted, raise)
writeFileSync(tableFile, withTable(text, after))
const left = [...counted].flatMap(([kind, column]) => differencesOf(column, after.get(kind) ?? new Map()))
process.stdout.write(
  left.length === 0 ? 'The table says what was counted.\n' : `${left.length} counts are above the table.\n`,
)
process.exitCode = left.length === 0 ? 0 : 1
