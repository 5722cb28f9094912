import { expect } from 'chai'
import { connectEventStore } from './adapter.ts'
import { UnusableAnswer, type CatchUpMessage, type EventStore, type EventToStore } from './port.ts'
import {
  appended,
  caughtUp,
  checkpointAt,
  confirmed,
  eventRead,
  minusOne,
  type Recorded,
} from '../../test/event-store/scripted-answers.ts'
import { startScriptedServer, type ScriptedServer } from '../../test/event-store/scripted-server.ts'

const refused = async (work: Promise<unknown>, message: string): Promise<void> => {
  const error = await work.then(
    () => 'it was taken',
    (thrown: unknown) => thrown,
  )
  expect(error).to.be.instanceOf(UnusableAnswer).with.property('message').that.includes(message)
}

const collect = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}

const anEvent: EventToStore = { id: '0b5d2c7e-6a41-4c39-9b0f-3f1f6f1f0a01', type: 'Happened', data: {}, metadata: {} }
const tombstone = 2n ** 63n - 1n

describe('the event store adapter, with a server whose words are not to be taken literally', () => {
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

  describe('subscribed to $all', () => {
    const followed = async (): Promise<readonly CatchUpMessage[]> => {
      const ending = new AbortController()
      const messages: CatchUpMessage[] = []
      for await (const message of store.subscribeToAll({
        after: 'start',
        streamPrefixes: ['order-'],
        signal: ending.signal,
      })) {
        messages.push(message)
        if (message.kind === 'caught_up') ending.abort()
      }
      return messages
    }

    it('takes a checkpoint at −1 for none: nothing has been read', async () => {
      server.script.read = [confirmed(), checkpointAt(minusOne), caughtUp()]
      expect(await followed()).to.deep.equal([{ kind: 'caught_up' }])
    })

    it('goes by the checkpoints that come after it', async () => {
      server.script.read = [confirmed(), checkpointAt(minusOne), checkpointAt(7n), caughtUp()]
      expect(await followed()).to.deep.equal([
        { kind: 'checkpoint', position: { commit: 7n, prepare: 7n } },
        { kind: 'caught_up' },
      ])
    })

    it('gives what came before an event without a position, and ends with an error that names it', async () => {
      server.script.read = [confirmed(), eventRead({}), eventRead({ revision: 1n, position: minusOne }), caughtUp()]
      const given: string[] = []
      await refused(
        (async () => {
          for await (const message of store.subscribeToAll({
            after: 'start',
            streamPrefixes: ['order-'],
            signal: new AbortController().signal,
          }))
            given.push(message.kind)
        })(),
        'Happened 1@order-1 has no position: 18446744073709551615/18446744073709551615',
      )
      expect(given).to.deep.equal(['event'])
    })
  })

  describe('reading a stream', () => {
    const cases: readonly (readonly [what: string, recorded: Recorded, message: string])[] = [
      ['a position that the server does not know', { position: minusOne }, 'has no position'],
      ['the revision −1', { revision: minusOne }, 'has the revision 18446744073709551615'],
      [
        'a revision that JSON could not tell from its neighbour',
        { revision: 2n ** 53n },
        'has the revision 9007199254740992',
      ],
      ['an id that is none', { id: 'x' }, "has the id 'x'"],
      ['the nil id', { id: '00000000-0000-0000-0000-000000000000' }, "has the id '00000000-"],
    ]
    for (const [what, recorded, message] of cases) {
      it(`refuses ${what} at once, and for good`, async () => {
        server.script.read = [eventRead(recorded)]
        await refused(collect(store.readStream('order-1')), message)
        expect(server.asked).to.deep.equal(['read'])
      })
    }

    it("keeps the number of a deleted stream's last event", async () => {
      server.script.read = [eventRead({ type: '$streamDeleted', revision: tombstone })]
      expect((await collect(store.readStream('order-1'))).map(({ revision }) => revision)).to.deep.equal([tombstone])
    })

    it('has a time for every event', async () => {
      server.script.read = ['-621355968000000000', '9223372036854775807', '9'.repeat(30), 'noon'].map((created) =>
        eventRead({ created }),
      )
      expect((await collect(store.readStream('order-1'))).map(({ created }) => created.toISOString())).to.deep.equal([
        '0001-01-01T00:00:00.000Z',
        '9999-12-31T23:59:59.999Z',
        '1970-01-01T00:00:00.000Z',
        '1970-01-01T00:00:00.000Z',
      ])
    })
  })

  describe('appending', () => {
    it('does not know the position that the server does not know', async () => {
      server.script.append = appended(4n)
      expect(await store.append('order-1', [anEvent], 3n)).to.deep.equal({ revision: 4n, position: undefined })
      server.script.append = appended(4n, minusOne)
      expect(await store.append('order-1', [anEvent], 3n)).to.deep.equal({ revision: 4n, position: undefined })
    })

    it('refuses the revision −1, and does not append again', async () => {
      server.script.append = appended(minusOne, 7n)
      await refused(
        store.append('order-1', [anEvent], 3n),
        'what was appended to order-1 has the revision 18446744073709551615',
      )
      expect(server.asked).to.deep.equal(['append'])
    })

    it('appends nothing at all when there is nothing to append', async () => {
      const error: unknown = await store.append('order-1', [], 'no_stream').then(
        () => 'it was taken',
        (thrown: unknown) => thrown,
      )
      expect(String(error)).to.include('without events')
      expect(server.asked).to.deep.equal([])
    })
  })
})
