import { nodeInfo } from '../infrastructure/event-store/node-info.ts'
import type { Examined } from './examined.ts'
import { fine, unknown, wrong, type Finding } from './finding.ts'

/** The first versions that have all that is used: type stripping; groups on `$all`; `pg_current_xact_id`. */
const oldest = { node: '22.18', eventStore: '21.10', postgres: '13.0' } as const

/** Numbers separated by dots, from the left; what is behind them does not count. */
export const isAtLeast = (version: string, least: string): boolean => {
  const numbersOf = (text: string) => (/^\d+(\.\d+)*/.exec(text)?.[0] ?? '').split('.').map(Number)
  const [one, other] = [numbersOf(version), numbersOf(least)]
  for (const [place, number] of other.entries()) {
    const found = one[place] ?? 0
    if (found !== number) return found > number
  }
  return true
}

const judged = (about: string, version: string, least: string): Finding =>
  isAtLeast(version, least) ? fine(about, version) : wrong(about, `${version} is too old`, `Install ${least} or later.`)

export const checkNodeVersion = (version = process.versions.node): Finding => judged('Node', version, oldest.node)

const eventStoreVersion = async ({ eventStore }: Examined): Promise<Finding> => {
  const about = 'version of the event store'
  if ('fault' in eventStore) return unknown(about, 'the event store does not answer')
  const { version } = await nodeInfo(eventStore.url, 2_000)
  return version === undefined ? fine(about, 'it does not tell') : judged(about, version, oldest.eventStore)
}

const databaseVersion = async ({ database }: Examined): Promise<Finding> => {
  const about = 'version of PostgreSQL'
  if ('fault' in database) return unknown(about, 'PostgreSQL does not answer')
  const { rows } = await database.store.query<{ server_version: string }>('show server_version')
  return judged(about, rows[0]?.server_version ?? '', oldest.postgres)
}

/** Of all that is not installed with the project. */
export const checkVersions = async (examined: Examined): Promise<readonly Finding[]> => [
  checkNodeVersion(),
  await eventStoreVersion(examined),
  await databaseVersion(examined),
]
