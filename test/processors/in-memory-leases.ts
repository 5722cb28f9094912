import { AttemptsUnavailable, type Attempts } from '../../processors/perform/leases.ts'

type Row = {
  readonly since: Date
  readonly eventId: string
  readonly calls: number
  readonly claimedUntil: Date
  readonly dueAt: Date
  readonly settled: boolean
  readonly token: string
}

export type InMemoryAttempts = Attempts & {
  /** Undefined when nothing is known: due by the intent's own age. */
  dueAt(kind: string, key: string, since: Date): Date | undefined
  /** A replica takes over that lacks whatever was claimed and given back in the last milliseconds. */
  failOver(lostMs: number): void
}

export type InMemoryAttemptsOptions = { readonly now: () => Date; readonly leaseMs: number }

/** What is settled and open in the log all the same is looked at again after so long. */
const settledDueInMs = 3_600_000

/** Attempts for one process, for simulations and tests; the same rules as in PostgreSQL. */
export const inMemoryAttempts = ({ now, leaseMs }: InMemoryAttemptsOptions): InMemoryAttempts => {
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
      if (now() < complete) throw new AttemptsUnavailable('leases may be missing')
      const row = rows.get(`${kind} ${key}`)
      if (row !== undefined && row.claimedUntil > now()) return undefined
      if (onlyDue && row?.eventId === eventId && (row.settled || row.dueAt > now())) return undefined
      const isNew = row === undefined || row.since < since
      const calls = isNew ? 1 : row.calls + 1
      const until = after(leaseMs)
      claims += 1
      const token = String(claims)
      write(`${kind} ${key}`, { since: isNew ? since : row.since, eventId, calls, claimedUntil: until, dueAt: until, settled: false, token })
      return { kind, key, calls, token, inserted: row === undefined && since > complete, at: now() }
    },

    async release({ kind, key, token }, then) {
      const row = rows.get(`${kind} ${key}`)
      if (row?.token !== token) return
      const settled = then === 'settled'
      write(`${kind} ${key}`, { ...row, settled, claimedUntil: now(), dueAt: after(settled ? settledDueInMs : then.dueInMs) })
    },

    async isLeased(kind, key) {
      const row = rows.get(`${kind} ${key}`)
      return row !== undefined && row.claimedUntil > now()
    },

    dueAt(kind, key, since) {
      const row = rows.get(`${kind} ${key}`)
      return row === undefined || row.since < since ? undefined : row.dueAt
    },

    failOver(lostMs) {
      const kept = after(-lostMs)
      for (let last = written.pop(); last !== undefined && last.at > kept; last = written.pop()) set(last.id, last.before)
      complete = after(leaseMs)
    },
  }
}
