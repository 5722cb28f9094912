import { join } from 'node:path'
import { checkCertificates } from './certificates.ts'
import { checkClocks } from './clocks.ts'
import { checkConfiguration } from './configuration.ts'
import type { Examined } from './examined.ts'
import { unknown, type Finding } from './finding.ts'
import { checkGroups } from './groups.ts'
import { checkLastShown } from './last-shown.ts'
import { checkMigrated } from './migrated.ts'
import { checkPlaces } from './places.ts'
import { checkPorts } from './ports.ts'
import { checkReadTables } from './read-tables.ts'
import { checkStores } from './stores.ts'
import { checkVariableNames } from './variable-names.ts'
import { checkVersions } from './versions.ts'

type Check = (examined: Examined) => readonly Finding[] | Promise<readonly Finding[]>

/** In the order in which one would put things right: what comes later often rests on what comes before. */
const checks: Readonly<Record<string, Check>> = {
  configuration: checkConfiguration,
  'names of variables': checkVariableNames,
  ports: checkPorts,
  stores: checkStores,
  certificates: (examined) => checkCertificates(examined),
  versions: checkVersions,
  clocks: (examined) => checkClocks(examined),
  migrations: (examined) => checkMigrated(examined, join(import.meta.dirname, '..', 'migrations')),
  groups: checkGroups,
  'read tables': checkReadTables,
  'tables against the log': checkPlaces,
  'last event shown': checkLastShown,
}

/** All findings. A check that fails itself is one, and the rest goes on. */
export const examine = async (examined: Examined): Promise<readonly Finding[]> => {
  const findings: Finding[] = []
  for (const [about, check] of Object.entries(checks)) {
    try {
      findings.push(...(await check(examined)))
    } catch (error) {
      findings.push(unknown(about, error instanceof Error ? error.message : String(error)))
    }
  }
  return findings
}
