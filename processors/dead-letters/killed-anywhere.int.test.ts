import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { connectEventStore } from '../../infrastructure/event-store/adapter.ts'
import type { EventStore, StoredEvent } from '../../infrastructure/event-store/port.ts'
import { deleteGroups } from '../../test/contract/delete-groups.ts'
import { createGroupFromHere } from '../../test/contract/group-from-here.ts'
import { migratedDatabase, type MigratedDatabase } from '../../test/processors/database.ts'
import { reasonText } from '../../test/processors/parked-streams.ts'
import { testEventStore } from '../../test/support/event-store.ts'
import { until } from '../../test/support/until.ts'
import { groupSettings, keyOf } from '../groups.ts'
import { createDecisions } from './decisions.ts'
import { createHandling } from './handling.ts'
import { firstOf, waitsBehindCode } from './letter.ts'
import { createRelease } from './release.ts'
import { postgresResolutions, type Resolutions } from './resolutions.ts'
import { createUnresolved } from './unresolved.ts'

/** A process that dies at a step: from then on nothing it has asked for answers. */
const mortal = (diesAt: number) => {
  let steps = 0
  const hanging: ((error: Error) => void)[] = []
  let tell: () => void = () => undefined
  const died = new Promise<void>((resolve) => (tell = resolve))
  const step = async (): Promise<void> => {
    steps += 1
    if (steps <= diesAt) return
    tell()
    await new Promise<never>((_, reject) => hanging.push(reject))
  }
  return {
    died,
    isDead: () => hanging.length > 0,
    /** It may die before the call, and after it without having heard. */
    mayDieAt:
      <Asked extends readonly unknown[], Answer>(call: (...asked: Asked) => Promise<Answer>) =>
      async (...asked: Asked): Promise<Answer> => {
        await step()
        const answer = await call(...asked)
        await step()
        return answer
      },
    /** Its timers end with it. */
    bury: () => {
      for (const reject of hanging) reject(new Error('dead'))
    },
  }
}
type Life = ReturnType<typeof mortal>

describe('whoever works at dead letters, killed between any two steps', () => {
  const cleanups: (() => Promise<unknown>)[] = []
  const groups: string[] = []
  let url: string
  let store: EventStore
  let database: MigratedDatabase

  before(async function () {
    this.timeout(60_000)
    const server = await testEventStore()
    ;({ url } = server)
    cleanups.push(() => server.stop())
    cleanups.push(() => deleteGroups(url, groups))
    store = await connectEventStore({ url })
    cleanups.push(() => store.dispose())
    database = await migratedDatabase()
    cleanups.push(() => database.close())
  })
  after(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  })

  const newGroup = async (): Promise<string> => {
    const group = `group-${randomUUID()}`
    await createGroupFromHere({ url, store }, group, groupSettings)
    groups.push(group)
    return group
  }

  /** Three letters of one key: one that failed, and two that wait behind it. Answers the key, which is the name of their stream. */
  const lettersOf = async (group: string): Promise<string> => {
    const stream = `letters-${randomUUID()}`
    const connection = await store.connect(group, { bufferSize: 50 })
    const parking = (async () => {
      let parked = 0
      for await (const { event, ackId } of connection.deliveries) {
        if (event?.stream !== stream) await connection.ack([ackId])
        else await connection.park([ackId], reasonText(parked === 0 ? 'refund_not_found' : waitsBehindCode))
        parked += event?.stream === stream ? 1 : 0
      }
    })()
    const events = [1, 2, 3].map(() => ({ id: randomUUID(), type: 'Happened', data: {}, metadata: {} }))
    await store.append(stream, events, 'no_stream')
    await until('all are parked', async () => {
      let count = 0
      for await (const _ of store.parkedMessages(group)) count += 1
      return count === 3 ? true : undefined
    })
    await connection.close()
    await parking
    return stream
  }

  /** One process's part in it. */
  const processOf = (group: string, life: Life, handled: string[]) => {
    const kept = postgresResolutions(database.pool)
    const resolutions = {
      ...kept,
      begin: life.mayDieAt((...asked: Parameters<Resolutions['begin']>) => kept.begin(...asked)),
      resolve: life.mayDieAt((...asked: Parameters<Resolutions['resolve']>) => kept.resolve(...asked)),
      failed: life.mayDieAt((...asked: Parameters<Resolutions['failed']>) => kept.failed(...asked)),
      discard: life.mayDieAt((...asked: Parameters<Resolutions['discard']>) => kept.discard(...asked)),
    }
    const unresolved = createUnresolved({ groups: [group], store, resolutions, keyOf, now: () => new Date() })
    const submit = life.mayDieAt(async (event: StoredEvent) => {
      handled.push(String(event.revision))
      return 'done' as const
    })
    const common = { groups: [group], store, resolutions, unresolved, keyOf, now: () => new Date() }
    const handling = createHandling({ ...common, log: () => undefined })
    const release = createRelease({ ...common, handling })
    const decisions = createDecisions({ ...common, handling, submitTo: () => submit, decided: () => undefined })
    const truncate = life.mayDieAt((before: bigint) => store.truncateParked(group, before))
    return {
      unresolved,
      decisions,
      async sweep() {
        await unresolved.refresh(group)
        await release(group, submit)
        const below = unresolved.resolvedBelow(group) ?? 0n
        while (below > 0n && !(await truncate(below)));
      },
    }
  }

  const settledTimes = async (group: string) => {
    const { rows } = await database.pool.query<{ number: string; times: number }>(
      `select number, count(*) filter (where settles)::int as times from dead_letter_audit
       where group_name = $1 group by number order by number`,
      [group],
    )
    return rows.map(({ number, times }) => `${number}: ${times}`)
  }

  /** The first process decides and follows up, until it dies; the next one finishes. Answers whether the first one has died. */
  const tried = async (decision: 'retry' | 'discard', diesAt: number): Promise<boolean> => {
    const group = await newGroup()
    const key = await lettersOf(group)
    const handled: string[] = []
    const decide = async ({ decisions, unresolved }: ReturnType<typeof processOf>) => {
      await unresolved.refresh(group)
      const first = firstOf(unresolved.of(group).ofKey(key))
      if (first === undefined || first.code === waitsBehindCode) return
      if (decision === 'retry') await decisions.retry({ group, number: first.number }, 'olga')
      else await decisions.discard({ group, number: first.number }, 'olga', 'of no use')
      await decisions.drained()
    }
    const life = mortal(diesAt)
    const first = processOf(group, life, handled)
    const living = decide(first).then(() => first.sweep())
    // What it comes to after its end interests nobody.
    living.catch(() => undefined)
    await Promise.race([living, life.died])
    const died = life.isDead()

    await database.pool.query('update dead_letter_claims set claimed_until = now()')
    const next = processOf(group, mortal(Infinity), handled)
    await decide(next)
    await next.sweep()

    const inOrder = [...new Set(handled)]
    expect(inOrder, `died at ${diesAt}`).to.deep.equal(decision === 'retry' ? ['0', '1', '2'] : ['1', '2'])
    expect(await settledTimes(group), `died at ${diesAt}`).to.deep.equal(['0: 1', '1: 1', '2: 1'])
    expect((await store.groupInfo(group))?.parked, `died at ${diesAt}`).to.equal(0)
    for await (const { number } of store.parkedMessages(group)) throw new Error(`${number} is still parked`)
    life.bury()
    return died
  }

  for (const decision of ['retry', 'discard'] as const) {
    it(`loses no letter and settles none twice: ${decision}`, async function () {
      this.timeout(120_000)
      let diesAt = 0
      while (await tried(decision, diesAt)) diesAt += 1
      // Each call is two steps: three letters are begun, handled and resolved (or one of them discarded), then the stream is truncated.
      expect(diesAt).to.be.at.least(decision === 'retry' ? 20 : 16)
    })
  }

  it('has an event that another process handles meanwhile settled once', async () => {
    const group = await newGroup()
    await lettersOf(group)
    const handled: string[] = []
    const [one, other] = [1, 2].map(() => processOf(group, mortal(Infinity), handled))
    if (one === undefined || other === undefined) throw new Error('two processes')
    await one.decisions.discard({ group, number: 0n }, 'olga', 'of no use')
    await Promise.all([one.sweep(), other.sweep()])
    await Promise.all([one.sweep(), other.sweep()])
    expect(handled).to.deep.equal(['1', '2'])
    expect(await settledTimes(group)).to.deep.equal(['0: 1', '1: 1', '2: 1'])
  })
})
