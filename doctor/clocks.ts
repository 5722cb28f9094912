import { nodeInfo } from '../infrastructure/event-store/node-info.ts'
import type { Examined } from './examined.ts'
import { fine, unknown, wrong, type Finding } from './finding.ts'

/** Less than the leeway for tokens, and far less than any deadline; more than an answer on its way and a clock told by the second. */
const mostSeconds = 3

/** By how many seconds a clock is ahead of ours, which was read before and after it was asked. */
export const aheadSeconds = (theirs: number, before: number, after: number): number =>
  theirs > after ? (theirs - after) / 1_000 : theirs < before ? (theirs - before) / 1_000 : 0

const judged = (about: string, seconds: number): Finding =>
  Math.abs(seconds) <= mostSeconds
    ? fine(about, `within ${mostSeconds} s of this machine's`)
    : wrong(
        about,
        `${Math.abs(seconds).toFixed(1)} s ${seconds > 0 ? 'ahead of' : 'behind'} this machine's`,
        'Let both machines set their clocks by NTP: deadlines, leases and tokens go by them.',
      )

const eventStoreClock = async ({ eventStore }: Examined, now: () => number): Promise<Finding> => {
  const about = 'clock of the event store'
  if ('fault' in eventStore) return unknown(about, 'the event store does not answer')
  // It tells whole seconds, cut off.
  const before = Math.floor(now() / 1_000) * 1_000
  const { clock } = await nodeInfo(eventStore.url, 2_000)
  return clock === undefined
    ? fine(about, 'it does not tell')
    : judged(about, aheadSeconds(clock.getTime(), before, now()))
}

const databaseClock = async ({ database }: Examined, now: () => number): Promise<Finding> => {
  const about = 'clock of PostgreSQL'
  if ('fault' in database) return unknown(about, 'PostgreSQL does not answer')
  const before = now()
  const { rows } = await database.store.query<{ at: Date }>('select clock_timestamp() as at')
  return judged(about, aheadSeconds(rows[0]?.at.getTime() ?? Number.NaN, before, now()))
}

/** Of the machines that the stores run on, against this one's. */
export const checkClocks = async (examined: Examined, now: () => number = Date.now): Promise<readonly Finding[]> => [
  await eventStoreClock(examined, now),
  await databaseClock(examined, now),
]
