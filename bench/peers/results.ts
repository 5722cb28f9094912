import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** What a driver leaves behind of one system in one round. */
export type Result = {
  readonly acceptedPerSecond: number | null
  readonly lifecyclesPerSecond: number | null
  readonly cpuMsPerOrder: number | null
  readonly lifecycleMs: { readonly p50: number | null; readonly p99: number | null }
  readonly wrongOutcome: number
  readonly unfinished: number
  readonly errors: Readonly<Record<string, number>>
  readonly memoryMiB: Readonly<Record<string, number>> | null
}

const figure = z.number().nullable()

const resultSchema = z.object({
  acceptedPerSecond: figure,
  lifecyclesPerSecond: figure,
  cpuMsPerOrder: figure,
  lifecycleMs: z.object({ p50: figure, p99: figure }),
  wrongOutcome: z.int(),
  unfinished: z.int(),
  errors: z.record(z.string(), z.number()),
  memoryMiB: z.record(z.string(), z.number()).nullable(),
})

/** `burst`: as quickly as it goes. `low`: so many orders a second. */
export const modes = ['burst', 'low'] as const
export type Mode = (typeof modes)[number]

/** Undefined when there is none: the system did not start, or was not measured. @throws when the file holds something else */
export const resultOf = (folder: string, system: string, mode: Mode, round: number): Result | undefined => {
  const file = join(folder, `${system}-${mode}-${round}.json`)
  return existsSync(file) ? resultSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined
}
