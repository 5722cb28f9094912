import { replaceTable } from './beside.ts'
import type { BesideOptions, Replaced } from './beside-options.ts'
import { keptNameOf, readable, readCheckpoints } from './checkpoints.ts'
import type { KeptTable } from './progress.ts'
import { nameOf, type AnyProjection } from './projection.ts'
import { ReplacementRefused } from './replacement-refused.ts'
import { swapBack } from './swap.ts'
import { setAsideRows, targetOf } from './tables.ts'

export type RollbackOptions<Event> = Omit<BesideOptions<Event>, 'setsAside'> & {
  /** Of the kept table that is meant: what whoever asks has seen. */
  readonly generation: number
  /** Who asks for it. */
  readonly by: string
}

/** Why the kept table cannot be put back, as far as it says so itself. */
export const refusalOf = (
  { table: { name }, version }: Pick<AnyProjection<never>, 'table' | 'version'>,
  kept: Pick<KeptTable, 'version' | 'unreadable'> | undefined,
): string | undefined => {
  if (kept === undefined) return `no table before ${name} is kept: it has not been replaced lately`
  if (kept.version !== version)
    return `the kept table of ${name} is of version ${kept.version} and this program of version ${version}: only a program of its version can go on with it`
  if (kept.unreadable !== undefined)
    return `the checkpoint of the kept table of ${name} holds '${kept.unreadable}', which is no place in a log`
  return undefined
}

const begin = async <Event>({ projection, pool, holds, generation }: RollbackOptions<Event>) => {
  const name = nameOf(projection)
  const keptName = keptNameOf(name)
  const stored = await readCheckpoints(pool, [name, keptName])
  const [live, kept] = [stored.get(name), stored.get(keptName)]
  const checkpoint = kept && readable(kept)
  const unreadable = checkpoint === undefined ? (kept?.position ?? undefined) : undefined
  const refusal = refusalOf(projection, kept && { version: kept.version, unreadable })
  if (refusal !== undefined || live === undefined || checkpoint === undefined)
    throw new ReplacementRefused(refusal ?? `there is no table ${name}`)
  if (checkpoint.generation !== generation)
    throw new ReplacementRefused(`another table of ${name} is kept by now, since somebody has replaced it: look again`)
  if (checkpoint.position !== undefined && !(await holds(checkpoint.position)))
    throw new ReplacementRefused(
      `the kept table of ${name} is from another log than the event store has now: it can only be built anew`,
    )
  const setAside = (await setAsideRows(pool, [keptName])).get(keptName)
  return { target: targetOf(projection, checkpoint, setAside), live }
}

/**
 * Puts the table that was replaced last in its place again; the live one is kept in turn, so that this can be taken back the same way.
 * First the kept table goes on from its own checkpoint, beside the live one, until it has come to where that is: no reader goes back in
 * time, and no other table waits for it. What cannot be folded sets its row aside, as it would have in the live table. Killed half-way,
 * it is still the kept one, and only further on.
 * @throws ReplacementRefused when there is none, or another one than was meant, of another version than the code, or from another log;
 * when somebody else replaces the table, or `signal` aborts
 */
export const rollBackProjection = async <Event>(options: RollbackOptions<Event>): Promise<Replaced> =>
  replaceTable({ ...options, setsAside: true }, async (guarded) => {
    const { target, live } = await begin({ ...options, ...guarded })
    return { target, what: 'rollback', generation: live.generation, swap: swapBack(options.by) }
  })
