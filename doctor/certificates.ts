import { certificateEnds } from '../infrastructure/event-store/certificate-fault.ts'
import { databaseCertificateEnd } from '../infrastructure/postgres/database-trust.ts'
import type { Examined } from './examined.ts'
import { fine, wrong, type Finding } from './finding.ts'

/** Whoever renews them by hand has to have the time for it. */
const leastDays = 14
const dayMs = 86_400_000
const handshakeLimitMs = 2_000

const judged = (about: string, until: Date, now: number): Finding => {
  const seen = `good until ${until.toISOString().slice(0, 10)}`
  return until.getTime() - now >= leastDays * dayMs
    ? fine(about, seen)
    : wrong(about, seen, 'Renew it there: nobody gets through to the store once it has run out.')
}

/** Until when they are good. What is wrong with one already, the stores' own findings say; without TLS there is none. */
export const checkCertificates = async (
  { eventStore, database }: Pick<Examined, 'eventStore' | 'database'>,
  now: () => number = Date.now,
): Promise<readonly Finding[]> => {
  const ends = 'fault' in eventStore ? [] : [...(await certificateEnds(eventStore.url, handshakeLimitMs))]
  const ofDatabase = 'fault' in database ? undefined : await databaseCertificateEnd(database.store)
  return [
    ...ends.map(([host, until]) => judged(`certificate of the event store at ${host}`, until, now())),
    ...(ofDatabase === undefined ? [] : [judged('certificate of PostgreSQL', ofDatabase, now())]),
  ]
}
