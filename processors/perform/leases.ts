import type { Intent } from './intent.ts'

export type Lease = {
  readonly kind: string
  readonly key: string
  /** How often it was claimed, this time included, since the intent took its present form. Column `calls`. */
  readonly claimCount: number
  readonly token: string
  /**
   * Nobody can have sent anything for it: it had never been claimed, or was given back `unsent` each time. As far as is remembered: for a
   * day after it was completed, and for a week otherwise. Never true of what is older than the database's memory reaches, as after a
   * failover.
   */
  readonly neverSent: boolean
  /** When it was claimed, by the database's clock. */
  readonly at: Date
  /** Of what was written down before then, rows may be missing. */
  readonly remembersFrom: Date
}

const minute = 60_000
/** Half as long as a mark stays at least (`forget-leases.ts`): also when the writer's clock and the database's are hours apart. */
const rememberedForMs = 12 * 60 * minute
/** As far as the writer's clock may be ahead of the database's. */
const clocksApartMs = 5 * minute

/** So little time lies between what was written down then and the claim that no mark of it can have been forgotten. */
export const isRemembered = ({ at }: Pick<Lease, 'at'>, writtenAt: Date): boolean =>
  Math.abs(at.getTime() - writtenAt.getTime()) < rememberedForMs

/**
 * Nobody has sent what was written down then, for certain, also where the lease is of what it has become since: a charge that is to be
 * cancelled. And nobody will: whoever claims it after this lease looks at the stream first.
 */
export const isNeverSent = (lease: Pick<Lease, 'neverSent' | 'at' | 'remembersFrom'>, writtenAt: Date): boolean =>
  lease.neverSent &&
  isRemembered(lease, writtenAt) &&
  writtenAt.getTime() > lease.remembersFrom.getTime() + clocksApartMs

/** What can be claimed: an intent, or anything else that one replica at a time should look at. */
export type Claimable = Pick<Intent, 'key' | 'since' | 'eventId'> & { readonly kind: string }

export type ClaimOptions = {
  /**
   * Only what nobody has had yet, or what is due again; nothing that is completed. For whoever only hears of the intent, perhaps once more.
   * A look at the log that finds no outcome is believed more than these rows.
   */
  readonly onlyDue: boolean
}

export type DueAgain = {
  readonly dueInMs: number
  /** It was only looked at, and nothing was done: the claim does not count. */
  readonly uncounted?: boolean
  /** Nothing was sent under it, for certain: whoever comes next need not ask what became of it. */
  readonly unsent?: boolean
}

/**
 * Who is at work on an intent, when it is due again, and that it is over: rows of the table `attempts`. A call is made by whoever holds the lease, and by nobody else.
 * Times are the database's: the clocks of the processes may differ. Losing these rows costs a read of each intent's stream before the
 * call, and nothing else.
 */
export type Leases = {
  /**
   * Takes the lease, for as long as leases live here, by compare-and-set; on disk when the promise resolves. Undefined: somebody holds a
   * live one, or it is not due. Who never releases leaves it due again when the lease has run out.
   * @throws LeasesUnavailable also for one lease's length after the database has changed hands: leases may be missing from it until then
   */
  claim(what: Claimable, options: ClaimOptions): Promise<Lease | undefined>
  /**
   * Gives the lease back: due again after so many milliseconds, or completed: its intent has an outcome. What is completed stays, as a mark with the intent's event, for a
   * day at least. Nothing if the lease is not ours any more. Not on disk yet when the promise resolves: what is lost with the database is
   * a lease that then runs out.
   * @throws LeasesUnavailable
   */
  release(lease: Lease, then: 'completed' | DueAgain): Promise<void>
  /** Whether somebody holds a live lease at this moment. @throws LeasesUnavailable */
  isLeased(kind: string, key: string): Promise<boolean>
  /**
   * Whether somebody who has claimed it may have sent something. It only says what is worth asking: where rows have been lost it is false,
   * so nothing is sent because of it, other than under a lease. @throws LeasesUnavailable
   */
  mayHaveSent(kind: string, key: string): Promise<boolean>
}

/** Where the leases are kept is away, or not in order. The intent stays open meanwhile. */
export class LeasesUnavailable extends Error {
  override readonly name = 'LeasesUnavailable'
}
