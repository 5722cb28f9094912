import { migrationNames } from '../infrastructure/postgres/migrations.ts'
import type { Examined } from './examined.ts'
import { fine, unknown, wrong, type Finding } from './finding.ts'

const about = 'migrations'
const isMissingTable = (error: unknown): boolean => (error as { code?: unknown }).code === '42P01'

/** Whether the database is what this release expects. */
export const checkMigrated = async (
  { database }: Pick<Examined, 'database'>,
  folder: string,
): Promise<readonly Finding[]> => {
  if ('fault' in database) return [unknown(about, 'PostgreSQL does not answer')]
  const known = await migrationNames(folder)
  const done = await database.store.query<{ name: string }>('select name from migrations order by name').then(
    ({ rows }): readonly string[] => rows.map(({ name }) => name),
    (error: unknown): readonly string[] => {
      if (isMissingTable(error)) return []
      throw error
    },
  )
  const missing = known.filter((name) => !done.includes(name))
  if (missing.length > 0) return [wrong(about, `not done yet: ${missing.join(', ')}`, 'Run migrations/main.ts.')]
  const newer = done.filter((name) => !known.includes(name))
  return newer.length > 0
    ? [
        wrong(
          about,
          `of a newer release: ${newer.join(', ')}`,
          'Deploy the release that the database was brought up to.',
        ),
      ]
    : [fine(about, `all ${known.length} done`)]
}
