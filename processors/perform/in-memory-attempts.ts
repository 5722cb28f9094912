import type { Attempts } from './attempts.ts'

type Row = { since: Date; calls: number; claimedUntil: Date; dueAt: Date | undefined; token: string }

export type InMemoryAttempts = Attempts & {
  /** Undefined when nothing is known: due by the intent's own age. */
  dueAt(kind: string, key: string, since: Date): Date | undefined
}

/** Attempts for one process, for simulations and tests; the same rules as in PostgreSQL. */
export const inMemoryAttempts = (): InMemoryAttempts => {
  const rows = new Map<string, Row>()
  let claims = 0

  return {
    async claim({ kind, key, since }, { now, until }) {
      const row = rows.get(`${kind} ${key}`)
      if (row !== undefined && row.claimedUntil > now) return undefined
      const calls = row === undefined || row.since < since ? 1 : row.calls + 1
      claims += 1
      const token = String(claims)
      rows.set(`${kind} ${key}`, { since: row === undefined || row.since < since ? since : row.since, calls, claimedUntil: until, dueAt: until, token })
      return { kind, key, calls, token }
    },

    async release({ kind, key, token }, { now, dueAt }) {
      const row = rows.get(`${kind} ${key}`)
      if (row?.token !== token) return
      if (dueAt === undefined) rows.delete(`${kind} ${key}`)
      else rows.set(`${kind} ${key}`, { ...row, claimedUntil: now, dueAt })
    },

    dueAt(kind, key, since) {
      const row = rows.get(`${kind} ${key}`)
      return row === undefined || row.since < since ? undefined : row.dueAt
    },
  }
}
