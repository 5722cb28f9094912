import { LeasesUnavailable, type Leases } from '../../processors/perform/leases.ts'

type Row = {
  readonly since: Date
  readonly eventId: string
  readonly claimCount: number
  /** All that it has had, but for those under which nothing was sent. */
  readonly claims: number
  readonly claimedUntil: Date
  readonly dueAt: Date
  readonly completed: boolean
  readonly token: string
}

export type InMemoryLeases = Leases & {
  /** Undefined when nothing is known: due by the intent's own age. */
  dueAt(kind: string, key: string, since: Date): Date | undefined
  /** A replica takes over that lacks whatever was claimed and given back in the last milliseconds. */
  failOver(lostMs: number): void
}

export type InMemoryLeasesOptions = { readonly now: () => Date; readonly leaseMs: number }

/** What is completed and open in the log all the same is looked at again after so long. */
const completedDueInMs = 3_600_000

/** Leases for one process, for simulations and tests: the port's second implementation, held to the same contract as PostgreSQL's. */
export const inMemoryLeases = ({ now, leaseMs }: InMemoryLeasesOptions): InMemoryLeases => {
  const rows = new Map<string, Row>()
  const written: { readonly at: Date; readonly id: string; readonly before: Row | undefined }[] = []
  let claims = 0
  /** Until then leases may be missing, and of what is older nothing is known for sure. */
  let complete = new Date(0)
  const after = (milliseconds: number) => new Date(now().getTime() + milliseconds)

  const set = (id: string, row: Row | undefined) => {
    if (row === undefined) rows.delete(id)
    else rows.set(id, row)
  }
  const write = (id: string, row: Row) => {
    written.push({ at: now(), id, before: rows.get(id) })
    rows.set(id, row)
  }

  return {
    async claim({ kind, key, since, eventId }, { onlyDue }) {
      if (now() < complete) throw new LeasesUnavailable('leases may be missing')
      const row = rows.get(`${kind} ${key}`)
      if (row !== undefined && row.claimedUntil > now()) return undefined
      if (onlyDue && row?.eventId === eventId && (row.completed || row.dueAt > now())) return undefined
      const isNew = row === undefined || row.since < since
      const claimCount = isNew ? 1 : row.claimCount + 1
      const counted = (row?.claims ?? 0) + 1
      const until = after(leaseMs)
      claims += 1
      const token = String(claims)
      write(`${kind} ${key}`, {
        since: isNew ? since : row.since,
        eventId,
        claimCount,
        claims: counted,
        claimedUntil: until,
        dueAt: until,
        completed: false,
        token,
      })
      return {
        kind,
        key,
        claimCount,
        token,
        neverSent: counted === 1 && (isNew ? since : row.since) > complete,
        at: now(),
        remembersFrom: complete,
      }
    },

    async release({ kind, key, token }, then) {
      const row = rows.get(`${kind} ${key}`)
      if (row?.token !== token) return
      const completed = then === 'completed'
      write(`${kind} ${key}`, {
        ...row,
        claimCount: row.claimCount - (then !== 'completed' && then.uncounted === true ? 1 : 0),
        claims: row.claims - (then !== 'completed' && then.unsent === true ? 1 : 0),
        completed,
        claimedUntil: now(),
        dueAt: after(completed ? completedDueInMs : then.dueInMs),
      })
    },

    async isLeased(kind, key) {
      const row = rows.get(`${kind} ${key}`)
      return row !== undefined && row.claimedUntil > now()
    },

    async mayHaveSent(kind, key) {
      return (rows.get(`${kind} ${key}`)?.claims ?? 0) > 0
    },

    dueAt(kind, key, since) {
      const row = rows.get(`${kind} ${key}`)
      return row === undefined || row.since < since ? undefined : row.dueAt
    },

    failOver(lostMs) {
      const kept = after(-lostMs)
      for (let last = written.pop(); last !== undefined && last.at > kept; last = written.pop())
        set(last.id, last.before)
      complete = after(leaseMs)
    },
  }
}
