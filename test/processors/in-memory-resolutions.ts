import { mostEntries, type Audit, type AuditEntry } from '../../processors/dead-letters/audit.ts'
import { isMadeFor } from '../../processors/dead-letters/made-for.ts'
import { claimMs, type Resolutions } from '../../processors/dead-letters/resolutions.ts'
import type { Decision, Resolution } from '../../processors/dead-letters/resolution.ts'

type Verdict = Resolution & { readonly letter: unknown }
type Entry = AuditEntry & { readonly group: string; readonly eventId: string | undefined; readonly settles: boolean }

export type InMemoryResolutions = {
  readonly resolutions: Resolutions
  readonly audit: Audit
}

export type InMemoryResolutionsWithPast = InMemoryResolutions & {
  /** Nothing is known of the letter but its number. */
  readonly settledByEarlierRelease: (group: string, number: bigint) => void
}

const undecided = {
  retries: 0,
  resolvedAt: undefined,
  lastFailure: undefined,
  failureCode: undefined,
  why: undefined,
}

/** Resolutions and their audit as PostgreSQL keeps them. Claims go by `now`. */
export const inMemoryResolutions = (now: () => Date): InMemoryResolutionsWithPast => {
  const verdicts = new Map<string, Verdict>()
  const claims = new Map<string, { readonly number: bigint; readonly token: string; readonly until: number }>()
  const entries: Entry[] = []
  const writtenAs = new Map<string, number>()
  let writes = 0
  let tokens = 0
  const placeOf = (group: string, number: bigint) => `${group} ${number}`
  const write = (place: string, verdict: Verdict) => {
    verdicts.set(place, verdict)
    writtenAs.set(place, (writes += 1))
  }
  const writeOf = (place: string) => writtenAs.get(place) ?? 0
  const numberIn = (place: string) => BigInt(place.split(' ')[1] ?? '0')
  const verdictOf = (group: string, number: bigint) => verdicts.get(placeOf(group, number))
  /** What was decided about this very letter. */
  const verdictFor = (decision: Decision) => {
    const verdict = verdictOf(decision.group, decision.number)
    return verdict !== undefined && isMadeFor(verdict, decision) ? verdict : undefined
  }
  const isResolved = (decision: Decision) => verdictFor(decision)?.resolvedAt !== undefined

  const change = (group: string, number: bigint, changes: Partial<Verdict>): boolean => {
    const verdict = verdictOf(group, number)
    if (verdict === undefined || verdict.resolvedAt !== undefined) return false
    write(placeOf(group, number), { ...verdict, ...changes })
    return true
  }
  const decide = (decision: Decision, changes: Partial<Verdict> & Pick<Verdict, 'kind'>) => {
    const { group, number, by, at, eventId, letter } = decision
    const made = { decidedBy: by, decidedAt: at, eventId, letter, lastFailure: undefined }
    write(placeOf(group, number), { ...(verdictFor(decision) ?? undecided), ...made, ...changes })
  }
  const tell = (
    { group, number, eventId, by, at, why }: Decision,
    entry: Pick<Entry, 'what' | 'outcome' | 'settles'>,
  ) => entries.push({ group, number, eventId, by, at, why, ...entry })
  const end = (auditId: string, changes: Pick<Entry, 'outcome' | 'settles'>) => {
    const entry = entries[Number(auditId)]
    if (entry !== undefined) entries[Number(auditId)] = { ...entry, ...changes }
  }
  const free = (group: string, key: string, token: string) => {
    if (claims.get(`${group} ${key}`)?.token === token) claims.delete(`${group} ${key}`)
  }
  const shown = ({ letter: _, ...resolution }: Verdict): Resolution => resolution

  const resolutions: Resolutions = {
    of: async (group, numbers) =>
      new Map(
        numbers.flatMap((number): [bigint, Resolution][] => {
          const verdict = verdictOf(group, number)
          return verdict === undefined ? [] : [[number, shown(verdict)]]
        }),
      ),

    async changed(group, { numbers, since, after, most }) {
      const from = Math.max(Number(since ?? Infinity), Number(after?.changedIn ?? 0))
      const anew = [...verdicts.keys()]
        .filter((place) => place.startsWith(`${group} `) && writeOf(place) > from)
        .sort((one, other) => writeOf(one) - writeOf(other))
        .slice(0, most)
      const last = anew[most - 1]
      const found = [...numbers, ...anew.map(numberIn)].flatMap((number): [bigint, Resolution][] => {
        const verdict = verdictOf(group, number)
        return verdict === undefined ? [] : [[number, shown(verdict)]]
      })
      return {
        resolutions: new Map(found),
        mark: String(writes),
        more: last === undefined ? undefined : { changedIn: String(writeOf(last)), number: numberIn(last) },
      }
    },

    async begin(decision) {
      const { group, number, key, kind } = decision
      if (isResolved(decision)) return 'already_settled'
      if ((claims.get(`${group} ${key}`)?.until ?? 0) > now().getTime()) return 'under_way'
      const token = String((tokens += 1))
      claims.set(`${group} ${key}`, { number, token, until: now().getTime() + claimMs })
      const retries = (verdictFor(decision)?.retries ?? 0) + (kind === 'retry' ? 1 : 0)
      decide(decision, { kind, retries })
      const auditId = String(tell(decision, { what: kind, outcome: undefined, settles: false }) - 1)
      return { group, number, key, token, auditId }
    },

    async keep({ group, key, token }) {
      const claim = claims.get(`${group} ${key}`)
      if (claim?.token === token) claims.set(`${group} ${key}`, { ...claim, until: now().getTime() + claimMs })
    },

    async resolve({ group, number, key, token, auditId }, at) {
      const resolved = change(group, number, { resolvedAt: at, lastFailure: undefined, failureCode: undefined })
      free(group, key, token)
      const outcome = resolved ? 'handled' : 'handled; it had been settled meanwhile'
      end(auditId, { outcome, settles: resolved })
      return resolved
    },

    async failed({ group, number, key, token, auditId }, { message, code }) {
      change(group, number, { lastFailure: message, ...(code === undefined ? {} : { failureCode: code }) })
      free(group, key, token)
      end(auditId, { outcome: message, settles: false })
    },

    async discard(decision) {
      const { group, number, at, why } = decision
      if (isResolved(decision)) return 'already_settled'
      const isHandled = [...claims].some(
        ([key, claim]) => key.startsWith(`${group} `) && claim.number === number && claim.until > now().getTime(),
      )
      if (isHandled) return 'under_way'
      decide(decision, { kind: 'discard', resolvedAt: at, why })
      tell(decision, { what: 'discard', outcome: 'discarded', settles: true })
      return 'discarded'
    },

    undescribed: async (group, before) =>
      new Set(
        [...verdicts]
          .filter(([, { resolvedAt, letter }]) => resolvedAt !== undefined && letter === undefined)
          .map(([place]) => place.split(' '))
          .filter(([of]) => of === group)
          .map(([, number = '0']) => BigInt(number))
          .filter((number) => number < before),
      ),

    async describe({ group, number }, eventId, letter) {
      const verdict = verdictOf(group, number)
      if (verdict?.letter === undefined && verdict !== undefined)
        write(placeOf(group, number), { ...verdict, eventId, letter })
    },

    resolvedBetween: async (group, { from, before }, limit) =>
      [...verdicts]
        .map(([place, verdict]) => ({ place, verdict, number: BigInt(place.split(' ')[1] ?? '0') }))
        .filter(
          ({ place, verdict, number }) =>
            place.startsWith(`${group} `) &&
            number >= from &&
            number < before &&
            verdict.resolvedAt !== undefined &&
            verdict.letter !== undefined,
        )
        .sort((one, other) => Number(one.number - other.number))
        .slice(0, limit)
        .map(({ number, verdict }) => ({ number, letter: verdict.letter, resolution: shown(verdict) })),
  }

  return {
    resolutions,
    settledByEarlierRelease(group, number) {
      const made = {
        kind: 'retry',
        decidedBy: 'olga',
        decidedAt: now(),
        eventId: undefined,
        letter: undefined,
      } as const
      write(placeOf(group, number), { ...undecided, ...made, retries: 1, resolvedAt: now() })
    },
    audit: {
      of: async (group, number, eventId) =>
        entries
          .filter(
            (entry) =>
              entry.group === group &&
              (entry.number === number || (eventId !== undefined && entry.eventId === eventId)),
          )
          .slice(-mostEntries)
          .map(({ group: _, eventId: __, settles: ___, ...entry }) => entry),
      resolvedAs: async (group, eventIds) =>
        new Map(
          eventIds.flatMap((id): [string, readonly bigint[]][] => {
            const found = entries.filter((entry) => entry.group === group && entry.eventId === id && entry.settles)
            return found.length === 0 ? [] : [[id, found.map(({ number }) => number)]]
          }),
        ),
    },
  }
}
