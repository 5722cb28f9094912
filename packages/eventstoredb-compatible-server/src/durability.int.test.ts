import { randomUUID } from 'node:crypto'
import { EventStoreDBClient, jsonEvent, type AppendResult } from '@eventstore/db-client'
import { expect } from 'chai'
import { collect } from './testing/collect.ts'
import { readyServer, serverWithLimitedFiles } from './testing/child-server.ts'
import { Opened } from './testing/running-server.ts'
import { errorOf } from './testing/until.ts'

const event = (id: string = randomUUID()) => jsonEvent({ id, type: 'Happened', data: { id } })

describe('what was answered stays (2.5)', () => {
  const opened = new Opened()
  afterEach(() => opened.close())
  const connect = (url: string): EventStoreDBClient => {
    const client = EventStoreDBClient.connectionString(url)
    opened.after(() => client.dispose())
    return client
  }

  it('after a restart: events, positions, metadata, deletions, and which appends were made before (2.4)', async () => {
    const data = opened.directory()
    const first = await opened.server({ data })
    const before = opened.client(first)
    const events = [event(), event()]
    const written = await before.appendToStream('s', events, { expectedRevision: 'no_stream' })
    const weak = await before.appendToStream('weak', event('11111111-2222-3333-4444-555555555555'))
    await before.setStreamMetadata('s', { maxCount: 1 })
    await before.tombstoneStream('closed')
    const all = await collect(before.readAll())
    await first.stop()

    const after = opened.client(await opened.server({ data }))
    expect(await collect(after.readAll())).to.deep.equal(all)
    expect((await collect(after.readStream('s'))).map(({ event: one }) => one?.revision)).to.deep.equal([1n])
    expect(await after.appendToStream('s', events, { expectedRevision: 'no_stream' })).to.deep.include({
      nextExpectedRevision: 1n,
      position: written.position,
    })
    expect(await after.appendToStream('weak', event('11111111-2222-3333-4444-555555555555'))).to.deep.equal(weak)
    expect(await errorOf(after.appendToStream('closed', event()))).to.have.property('type', 'stream-deleted')
    const next = await after.appendToStream('s', event(), { expectedRevision: 1n })
    expect((next.position?.commit ?? 0n) > (all.at(-1)?.commitPosition ?? 0n)).to.equal(true)
  })

  it('when there is no more room: appends are refused, the server goes on, and all that was answered is there', async function () {
    // There is no limit to the size of files to be set there.
    if (process.platform === 'win32') this.skip()
    const data = opened.directory()
    const server = await serverWithLimitedFiles(['--port', '0', '--data', data], 6 * 1_048_576)
    if ('code' in server) throw new Error(server.errors)
    const client = connect(server.url)
    const large = () => jsonEvent({ type: 'Large', data: { text: 'x'.repeat(200_000) } })
    const refused = () =>
      client.appendToStream('s', large()).then(
        () => undefined,
        (error: unknown) => error,
      )
    let answered = 0
    let refusal = await refused()
    for (; refusal === undefined; refusal = await refused()) answered += 1
    expect(refusal).to.have.property('type', 'unknown')
    expect(await errorOf(client.appendToStream('s', large()))).to.have.property('type', 'unknown')
    expect(await collect(client.readStream('s'))).to.have.lengthOf(answered)
    await server.end('SIGTERM')
    const after = opened.client(await opened.server({ data }))
    expect(await collect(after.readStream('s'))).to.have.lengthOf(answered)
    expect((await after.appendToStream('s', large())).nextExpectedRevision).to.equal(BigInt(answered))
  }).timeout(60_000)

  it('after SIGKILL in the middle of writing: every answered append, whole and at its position', async () => {
    const data = opened.directory()
    for (let round = 0; round < 3; round += 1) {
      const server = await readyServer(['--port', '0', '--data', data])
      const client = connect(server.url)
      const answered = new Map<string, AppendResult>()
      let ended = false
      const write = async (writer: number): Promise<void> => {
        while (!ended) {
          const stream = `r${round}-w${writer}-${answered.size}-${randomUUID()}`
          try {
            answered.set(stream, await client.appendToStream(stream, [event(), event(), event()]))
          } catch (error) {
            if (!ended) throw error
          }
        }
      }
      const writers = Promise.all(Array.from({ length: 16 }, (_, writer) => write(writer)))
      while (answered.size < 200) await new Promise((resolve) => setImmediate(resolve))
      ended = true
      await server.end('SIGKILL')
      await writers

      const again = await opened.server({ data })
      const all = await collect(opened.client(again).readAll())
      const byStream = Map.groupBy(all, ({ event: one }) => one?.streamId ?? '')
      for (const [stream, result] of answered) {
        expect(
          byStream.get(stream)?.map(({ event: one }) => one?.revision),
          stream,
        ).to.deep.equal([0n, 1n, 2n])
        expect(byStream.get(stream)?.at(-1)?.event?.position).to.deep.equal(result.position)
      }
      for (const [stream, events] of byStream) if (stream.startsWith('r')) expect(events.length, stream).to.equal(3)
      await again.stop()
    }
  }).timeout(60_000)
})
