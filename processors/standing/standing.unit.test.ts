import { expect } from 'chai'
import { StoreUnavailable, type GroupInfo } from '../../infrastructure/event-store/port.ts'
import { deskGroups } from '../../test/processors/desk.ts'
import { office } from '../../test/processors/office.ts'
import { callerOf, tokenOf } from '../../test/specifications/api.ts'
import { groupSettings } from '../groups.ts'
import type { GroupView } from './groups.ts'
import type { Standing } from './routes.ts'

const at = '2026-01-05T10:00:00.000Z'
const place = (commit: bigint) => ({ commit, prepare: commit })

const infoOf = (group: string): GroupInfo => ({
  group,
  status: 'Live',
  settings: {
    ...groupSettings,
    messageTimeoutMs: 30_000,
    startFrom: undefined,
    resolveLinkTos: false,
    extraStatistics: false,
    maxSubscriberCount: 'unbounded',
    consumerStrategyName: 'RoundRobin',
  },
  parked: undefined,
  inFlight: 3,
  undone: 5,
  connections: 2,
  lastKnown: place(900n),
  lastCheckpointed: place(400n),
})

const standingWith = (
  groupInfo: (group: string) => Promise<GroupInfo | undefined>,
  changes: Partial<Standing> = {},
) => ({
  standing: {
    store: { groupInfo },
    wanted: groupSettings,
    database: { query: () => Promise.reject(new StoreUnavailable('away')) },
    firstDelayMs: 30_000,
    deadline: { confirmWithin: 1_800_000, actionGrace: 900_000, latest: 7_200_000 },
    now: () => new Date(at),
    ...changes,
  } satisfies Standing,
})

describe('how the processors stand', () => {
  it('is told of each group, as it is here and in the event store', async () => {
    const { operator } = office({
      ...standingWith((group) => Promise.resolve(group === 'order' ? infoOf(group) : undefined)),
      statuses: () =>
        new Map([['order', { state: 'running', inFlight: 1, oldestUnhandled: new Date('2026-01-05T09:59:59.000Z') }]]),
    })
    const { body } = await operator.get('/v1/groups').answers(200)
    const { at: lookedAt, items } = body as { at: string; items: readonly GroupView[] }
    expect([lookedAt, items.map(({ group }) => group)]).to.deep.equal([at, [...deskGroups]])
    expect(items[0]).to.deep.include({
      group: 'order',
      here: { state: 'running', inFlight: 1, oldestUnhandledAt: '2026-01-05T09:59:59.000Z' },
      store: { status: 'Live', connections: 2, inFlight: 3, parked: null, lagBytes: 500 },
    })
    expect(items[0]?.differences).to.deep.include({ setting: 'messageTimeoutMs', wanted: 300_000, found: 30_000 })
    expect(items[1]).to.deep.include({ here: null, store: null, problem: 'the event store has no such group' })
  })

  it('is told also while the event store is away, as far as it is known here', async () => {
    const { body } = await office().operator.get('/v1/groups').answers(200)
    expect((body as { items: readonly GroupView[] }).items[0]).to.deep.equal({
      group: 'order',
      here: { state: 'paused', reason: 'the event store is away', inFlight: 0 },
      store: null,
      problem: 'away',
      differences: [],
    })
  })

  it('costs the event store one look a second, however many look', async () => {
    let [asked, milliseconds] = [0, 0]
    const { operator } = office(
      standingWith(
        () => {
          asked += 1
          return Promise.resolve(undefined)
        },
        { now: () => new Date(Date.parse(at) + milliseconds) },
      ),
    )
    for (const after of [0, 999, 1_000]) {
      milliseconds = after
      await operator.get('/v1/groups').answers(200)
    }
    expect(asked).to.equal(2 * deskGroups.length)
  })

  it('is told of the breakers', () =>
    office({ breakers: () => ({ payment_provider: 'closed', mail: 'open', sms: 'half_open' }) })
      .operator.get('/v1/breakers')
      .answers(200, {
        items: [
          { outside: 'payment_provider', state: 'closed' },
          { outside: 'mail', state: 'open' },
          { outside: 'sms', state: 'half_open' },
        ],
      }))

  it('is told of the follow-ups, and of the deadline that they go by', async () => {
    const rows = [{ kind: 'charge', count: 2, due: 1, since: new Date('2026-01-05T09:58:00.000Z') }]
    const nothing = () => Promise.reject(new StoreUnavailable('away'))
    const answered = { rows, command: 'SELECT', rowCount: 1, oid: 0, fields: [] }
    const { operator } = office(standingWith(nothing, { database: { query: () => Promise.resolve(answered) } }))
    await operator.get('/v1/follow-ups').answers(200, {
      at,
      role: 'active',
      reasons: [],
      openIntents: [{ kind: 'charge', count: 2, due: 1, oldestSince: '2026-01-05T09:58:00.000Z' }],
      deadline: { confirmWithinSeconds: 1_800, actionGraceSeconds: 900, latestSeconds: 7_200 },
    })
  })

  it('is not told of the follow-ups while the database is away', () =>
    office().operator.get('/v1/follow-ups').isRefused(503, 'store_unavailable'))

  it('is for operators', async () => {
    const alice = callerOf(office().app, tokenOf('alice', ['customer']))
    for (const path of ['/v1/groups', '/v1/breakers', '/v1/follow-ups'])
      await alice.get(path).isRefused(403, 'forbidden')
  })
})
