import { expect } from 'chai'
import { connectEventStore } from './adapter.ts'
import { type Delivery, type EventStore } from './port.ts'
import { delivery, eventRead, groupInfo, minusOne, type Recorded } from '../../test/event-store/scripted-answers.ts'
import { startScriptedServer, type ScriptedServer } from '../../test/event-store/scripted-server.ts'

const collect = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}

const tombstone = 2n ** 63n - 1n

describe('the event store adapter, with a server whose words about groups are not to be taken literally', () => {
  let server: ScriptedServer
  let store: EventStore
  let warnings: string[]
  beforeEach(async () => {
    warnings = []
    server = await startScriptedServer()
    store = await connectEventStore({
      url: server.url,
      readTimeoutMs: 2_000,
      warn: (message) => warnings.push(message),
    })
  })
  afterEach(async () => {
    await store.dispose()
    server.close()
  })

  describe('a group', () => {
    const first = async (count: number, messages: typeof server.script.consume): Promise<readonly Delivery[]> => {
      server.script.consume = messages
      const connection = await store.connect('order', { bufferSize: 10 })
      const given: Delivery[] = []
      for await (const one of connection.deliveries) {
        given.push(one)
        if (given.length === count) break
      }
      return given
    }

    it('gives an event that nothing can be done with as such, under the id that it can be answered by', async () => {
      const [one] = await first(1, [delivery({ position: minusOne, data: '{"n":1}' })])
      expect(one?.unusable).to.deep.equal({
        event: { id: one?.ackId, stream: 'order-1', type: 'Happened', data: { n: 1 }, metadata: undefined },
        reason: 'Happened 0@order-1 has no position: 18446744073709551615/18446744073709551615',
      })
      expect(one?.event).to.equal(undefined)
    })

    it('leaves out what could not be answered, and says so', async () => {
      const [one] = await first(1, [delivery(undefined), delivery({ id: 'x' }), delivery({ revision: 3n })])
      expect(one?.event?.revision).to.equal(3n)
      expect(warnings)
        .to.have.length(2)
        .and.satisfy((all: string[]) =>
          all.every((warning) => warning.includes('without an id can be neither acknowledged nor parked')),
        )
    })

    it('takes a retry count below zero for a first delivery', async () => {
      expect((await first(1, [delivery({}, { retryCount: -1 })]))[0]?.retryCount).to.equal(0)
    })

    const infos: readonly (readonly [what: string, info: Parameters<typeof groupInfo>, expected: object])[] = [
      [
        'nothing yet',
        ['', '', '0', 0],
        { lastKnown: undefined, lastCheckpointed: undefined, parked: 0, inFlight: 0, undone: 0 },
      ],
      [
        '−1 in letters',
        ['C:-1/P:-1', 'C:-1/P:-1', '-1', -1],
        {
          lastKnown: undefined,
          lastCheckpointed: undefined,
          parked: undefined,
          inFlight: undefined,
          undone: undefined,
        },
      ],
      [
        '−1 unsigned',
        [`C:${minusOne}/P:${minusOne}`, `C:${minusOne}/P:${minusOne}`, '0', 0],
        { lastKnown: undefined, lastCheckpointed: undefined },
      ],
      [
        'the lowest there is',
        ['C:-9223372036854775808/P:-9223372036854775808', '', '-9223372036854775808', -2_147_483_648],
        { lastKnown: undefined, parked: undefined, inFlight: undefined },
      ],
      [
        'the highest there is',
        [`C:${tombstone}/P:${tombstone}`, 'C:5/P:5', tombstone.toString(), 2_147_483_647],
        {
          lastKnown: { commit: tombstone, prepare: tombstone },
          lastCheckpointed: { commit: 5n, prepare: 5n },
          parked: undefined,
          inFlight: 2_147_483_647,
        },
      ],
    ]
    for (const [what, info, expected] of infos) {
      it(`knows what it can of a group that says: ${what}`, async () => {
        server.script.info = groupInfo(...info)
        expect(await store.groupInfo('order')).to.deep.include(expected)
      })
    }
  })

  describe('letters', () => {
    const letter = (number: bigint): Recorded => ({
      stream: '$persistentsubscription-$all::order-parked',
      type: '$>',
      revision: number,
      position: 9n,
    })

    it('shows the others beside one that nothing can be done with', async () => {
      server.script.read = [eventRead({ revision: minusOne }, letter(0n)), eventRead({ revision: 4n }, letter(1n))]
      expect(
        (await collect(store.parkedMessages('order'))).map(({ number, event }) => [number, event?.revision]),
      ).to.deep.equal([
        [0n, undefined],
        [1n, 4n],
      ])
    })
  })
})
