import { randomUUID } from 'node:crypto'
import {
  ANY,
  jsonEvent,
  binaryEvent,
  NO_STREAM,
  STREAM_EXISTS,
  StreamDeletedError,
  WrongExpectedVersionError,
  MaxAppendSizeExceededError,
  type AppendExpectedRevision,
  type EventStoreDBClient,
  type EventData,
} from '@eventstore/db-client'
import { expect } from 'chai'
import { collect } from '../testing/collect.ts'
import { Opened } from '../testing/running-server.ts'
import { errorOf } from '../testing/until.ts'

const event = (id: string = randomUUID(), data: object = {}): EventData =>
  jsonEvent({ id, type: 'Happened', data: { ...data } })

// With credentials in the call the client takes the older Append instead of BatchAppend.
const paths = { BatchAppend: {}, Append: { credentials: { username: 'admin', password: 'changeit' } } }

for (const [path, options] of Object.entries(paths)) {
  describe(`appending by ${path}`, () => {
    const opened = new Opened()
    let client: EventStoreDBClient
    let number = 0
    let stream = ''
    const append = (events: EventData[], expectedRevision: AppendExpectedRevision, to = stream) =>
      client.appendToStream(to, events, { expectedRevision, ...options })
    const revisions = async (): Promise<bigint[]> =>
      (await collect(client.readStream(stream))).map(({ event: read }) => read?.revision ?? -1n)
    const refusal = async (promise: Promise<unknown>): Promise<unknown> => {
      const error = await errorOf(promise)
      return error instanceof WrongExpectedVersionError
        ? { expected: error.expectedVersion, actual: error.actualVersion }
        : error
    }

    before(async () => {
      client = opened.client(await opened.server())
    })
    after(() => opened.close())
    beforeEach(() => {
      stream = `s-${++number}`
    })

    it('numbers events in order and answers with the position of the last (2.1, 2.4.8)', async () => {
      const result = await append([event(), event(), event()], NO_STREAM)
      const read = await collect(client.readStream(stream))
      expect(result.nextExpectedRevision).to.equal(2n)
      expect(read.map(({ event: one }) => one?.revision)).to.deep.equal([0n, 1n, 2n])
      expect(read.at(-1)?.event?.position).to.deep.equal(result.position)
    })

    it('refuses a revision ahead or behind with other ids, and says what is there (2.4.4, 2.4.5)', async () => {
      await append([event(), event()], NO_STREAM)
      expect(await refusal(append([event()], 5n))).to.deep.equal({ expected: 5n, actual: 1n })
      expect(await refusal(append([event()], 0n))).to.deep.equal({ expected: 0n, actual: 1n })
      expect(await refusal(append([event()], NO_STREAM))).to.deep.equal({ expected: 'no_stream', actual: 1n })
      expect(await refusal(append([event()], 0n, 'never'))).to.deep.equal({ expected: 0n, actual: 'no_stream' })
      expect(await revisions()).to.deep.equal([0n, 1n])
    })

    it('takes the same exact append twice as one, a part of it too (2.4.4, 2.4.6)', async () => {
      const [a, b, c] = [randomUUID(), randomUUID(), randomUUID()]
      const first = await append([event(a), event(b)], NO_STREAM)
      expect(await append([event(a, { other: true }), event(b)], NO_STREAM)).to.deep.equal(first)
      expect((await append([event(a)], NO_STREAM)).nextExpectedRevision).to.equal(0n)
      expect((await append([event(b)], 0n)).nextExpectedRevision).to.equal(1n)
      expect(await refusal(append([event(b), event(c)], 0n))).to.deep.equal({ expected: 0n, actual: 1n })
      expect(await refusal(append([event(a), event(c)], NO_STREAM))).to.deep.equal({
        expected: 'no_stream',
        actual: 1n,
      })
      expect(await revisions()).to.deep.equal([0n, 1n])
    })

    it('recognises ids where any revision is fine (2.4.3)', async () => {
      const [a, b, c, d] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()]
      const first = await append([event(a), event(b), event(c)], ANY)
      expect(await append([event(a), event(b), event(c)], ANY)).to.deep.equal(first)
      expect((await append([event(c), event(a)], ANY)).nextExpectedRevision).to.equal(0n)
      expect((await append([event(b), event(b)], STREAM_EXISTS)).nextExpectedRevision).to.equal(1n)
      expect(await refusal(append([event(a), event(d)], ANY))).to.deep.equal({ expected: 'any', actual: 2n })
      expect((await append([event(d), event(a)], ANY)).nextExpectedRevision).to.equal(4n)
      expect(await revisions()).to.deep.equal([0n, 1n, 2n, 3n, 4n])
    })

    it('writes an id every time to a stream that does not own it (2.4.3)', async () => {
      const id = randomUUID()
      await append([event(id)], ANY, `${stream}-owner`)
      await append([event(id)], ANY)
      await append([event(id)], ANY)
      expect(await revisions()).to.deep.equal([0n, 1n])
    })

    it('wants a stream where it must exist; metadata alone is enough (2.4.2)', async () => {
      expect(await refusal(append([event()], STREAM_EXISTS))).to.deep.equal({
        expected: 'stream_exists',
        actual: 'no_stream',
      })
      await client.setStreamMetadata(stream, { maxCount: 5 })
      expect((await append([event()], STREAM_EXISTS)).nextExpectedRevision).to.equal(0n)
    })

    it('takes an append of nothing without creating a stream (2.4.7)', async () => {
      const nothing = await append([], ANY)
      expect(nothing.position?.commit).to.be.a('bigint')
      expect(await refusal(append([], 3n))).to.deep.equal({ expected: 3n, actual: 'no_stream' })
      expect(await refusal(append([], STREAM_EXISTS))).to.deep.equal({ expected: 'stream_exists', actual: 'no_stream' })
      expect(await errorOf(collect(client.readStream(stream)))).to.have.property('type', 'stream-not-found')
      await append([event()], NO_STREAM)
      expect((await append([], ANY)).nextExpectedRevision).to.equal(0n)
      expect(await refusal(append([], NO_STREAM))).to.deep.equal({ expected: 'no_stream', actual: 0n })
    })

    it('refuses everything to a tombstoned stream (2.4.1)', async () => {
      await append([event()], ANY)
      await client.tombstoneStream(stream)
      for (const expected of [ANY, NO_STREAM, STREAM_EXISTS, 0n] as const) {
        expect(await errorOf(append([event()], expected)))
          .to.be.instanceOf(StreamDeletedError)
          .with.property('streamName', stream)
      }
    })

    it('limits data, metadata and type of one append together (2.3)', async () => {
      const bytes = (size: number) => binaryEvent({ type: 'ab', data: new Uint8Array(size) })
      const limit = 1_048_576
      await append([bytes(limit - 4)], ANY)
      const error = await errorOf(append([bytes(limit - 3)], ANY))
      expect(error).to.be.instanceOf(MaxAppendSizeExceededError).with.property('maxAppendSize', limit)
      expect(await errorOf(append([bytes(600_000), bytes(600_000)], ANY))).to.be.instanceOf(MaxAppendSizeExceededError)
      expect(await revisions()).to.deep.equal([0n])
    })

    it('refuses $all, $$ and streams without a name, once (2.1, 1.6)', async () => {
      expect(await errorOf(append([event()], ANY, '$all'))).to.have.property('type', 'access-denied')
      expect(await errorOf(append([event()], ANY, '$$'))).to.be.an('error')
      expect(await errorOf(append([event()], ANY, ''))).to.be.an('error')
      expect((await append([event()], ANY)).success).to.equal(true)
    })

    it('refuses events without a type, and with an id that is nil or none, once (1.6)', async () => {
      const broken = [
        jsonEvent({ type: '', data: {} }),
        jsonEvent({ type: 't', id: '00000000-0000-0000-0000-000000000000', data: {} }),
      ]
      for (const one of [...broken, jsonEvent({ type: 't', id: 'mine', data: {} })]) {
        expect(await errorOf(append([event(), one], ANY))).to.be.an('error')
      }
      expect(await errorOf(collect(client.readStream(stream)))).to.have.property('type', 'stream-not-found')
    })

    it('judges each append by all before it, many at once (2.4.8)', async () => {
      const results = await Promise.allSettled(Array.from({ length: 200 }, () => append([event(), event()], NO_STREAM)))
      expect(results.filter(({ status }) => status === 'fulfilled')).to.have.length(1)
      const more = await Promise.all(Array.from({ length: 200 }, () => append([event(), event()], ANY)))
      expect(more.map(({ nextExpectedRevision }) => Number(nextExpectedRevision)).sort((a, b) => a - b)).to.deep.equal(
        Array.from({ length: 200 }, (_, index) => 3 + 2 * index),
      )
      expect(await revisions()).to.have.length(402)
    })

    it('keeps what the client sends and gives it back (2.1, 3.2)', async () => {
      const before = Date.now()
      await append(
        [
          jsonEvent({ type: 'Größe', data: { ä: 1 }, metadata: { $correlationId: 'x' } }),
          binaryEvent({ type: 'Bytes', data: new Uint8Array([0, 255]) }),
        ],
        ANY,
        'straße-ü',
      )
      const [json, binary] = (await collect(client.readStream('straße-ü'))).map(({ event: one }) => one)
      expect([json?.type, json?.isJson, json?.data, json?.metadata, json?.streamId]).to.deep.equal([
        'Größe',
        true,
        { ä: 1 },
        { $correlationId: 'x' },
        'straße-ü',
      ])
      expect([binary?.isJson, binary?.metadata]).to.deep.equal([false, undefined])
      expect([...(binary?.data as Uint8Array)]).to.deep.equal([0, 255])
      expect(json?.created.getTime()).to.be.within(before, Date.now())
    })
  })
}
