import type { z } from 'zod'
import { commandApiConfig } from '../command-api/config.ts'
import { consoleConfig } from '../console/config.ts'
import { migrationsConfig } from '../migrations/config.ts'
import { processorsConfig } from '../processors/config.ts'
import { projectionsConfig } from '../projections/config.ts'
import { readApiConfig } from '../read-api/config.ts'

type Process = {
  readonly schema: z.ZodObject
  /** Where it listens, by which variable; the migrations do not. */
  readonly listens?: { readonly variable: string; readonly usual: number }
}

export const processes = {
  'command-api': { schema: commandApiConfig, listens: { variable: 'COMMAND_API_PORT', usual: 3000 } },
  'read-api': { schema: readApiConfig, listens: { variable: 'READ_API_PORT', usual: 3001 } },
  console: { schema: consoleConfig, listens: { variable: 'CONSOLE_PORT', usual: 3002 } },
  processors: { schema: processorsConfig, listens: { variable: 'PROCESSORS_PORT', usual: 3003 } },
  projections: { schema: projectionsConfig, listens: { variable: 'PROJECTIONS_PORT', usual: 3004 } },
  migrations: { schema: migrationsConfig },
} as const satisfies Readonly<Record<string, Process>>

export type ProcessName = keyof typeof processes

export const processNames = Object.keys(processes) as readonly ProcessName[]

export const processOf = (name: ProcessName): Process => processes[name]
