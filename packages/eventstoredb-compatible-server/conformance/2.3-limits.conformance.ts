import { binaryEvent, END, jsonEvent } from '@eventstore/db-client'
import { expect } from 'chai'
import { bothWays, many } from './suite/appending.ts'
import { OwnServer } from './suite/own-server.ts'
import { rule } from './suite/rule.ts'
import { isOlder, versionOf } from './suite/server-version.ts'
import { all, becomes, refusal } from './suite/waiting.ts'

const LIMIT = 1_048_576
const TYPE = 'Sized'
const TYPE_SIZE = 2 * TYPE.length
const sized = (size: number) => binaryEvent({ type: TYPE, data: new Uint8Array(size) })

rule('2.3', 'an append of more than 1 MiB is refused, by the sum of its events', { seen: 'real' }, async (server) => {
  for (const [, append] of bothWays(server)) {
    for (const events of [[sized(LIMIT + 1)], [sized(600_000), sized(600_000)]]) {
      expect(await refusal(append(server.name(), events))).to.deep.include({
        type: 'maximum-append-size-exceeded',
        maxAppendSize: LIMIT,
      })
    }
    expect((await append(server.name(), [sized(500_000), sized(500_000)])).nextExpectedRevision).to.equal(1n)
  }
})

rule(
  '2.3',
  'an append that takes longer than the time-out of preparing or committing is answered as timed out, and may be written all the same',
  { seen: { onlyHere: 'real servers have the options too, but this test can set them on the embedded one alone' } },
  async (server) => {
    for (const options of [{ prepareTimeoutMs: 1 }, { commitTimeoutMs: 1 }]) {
      const own = await OwnServer.start(server, options)
      const last = async (stream: string) =>
        (
          await all(own.client.readStream(stream, { fromRevision: END, direction: 'backwards', maxCount: 1 })).catch(
            () => [],
          )
        )[0]?.event?.revision
      for (const [way, append] of bothWays(own.server)) {
        const refused: unknown[] = []
        // So many take longer than a millisecond, but one that was held up may be answered well.
        for (let tries = 1; refused.length === 0 && tries <= 50; tries += 1) {
          await append(way, many(2_000)).catch((error: { type?: unknown }) => refused.push(error.type))
          await becomes(() => last(way), BigInt(2_000 * tries - 1))
        }
        expect(refused, way).to.deep.equal([way === 'batch' ? 'deadline-exceeded' : 'timeout'])
      }
      await own.close()
    }
  },
)

rule(
  '2.3',
  'what counts is what counts in the version that is announced: only data before 24.10.4, metadata and type too since',
  { seen: 'watched' },
  async (server) => {
    const onlyData = isOlder(await versionOf(server), '24.10.4')
    const large = jsonEvent({ type: TYPE, data: {}, metadata: { text: 'm'.repeat(LIMIT) } })
    for (const [, append] of bothWays(server)) {
      if (onlyData) expect((await append(server.name(), [sized(LIMIT - '{}'.length), large])).success).to.equal(true)
      else
        for (const event of [sized(LIMIT), large])
          expect(await refusal(append(server.name(), event))).to.have.property('type', 'maximum-append-size-exceeded')
    }
  },
)

rule(
  '2.3',
  'data, metadata and twice the length of the type count, to the byte',
  { seen: 'read', since: '24.10.4' },
  async (server) => {
    const metadata = { text: 'm'.repeat(1_000) }
    const metadataSize = JSON.stringify(metadata).length
    for (const [, append] of bothWays(server)) {
      expect((await append(server.name(), sized(LIMIT - TYPE_SIZE))).success).to.equal(true)
      expect(await refusal(append(server.name(), sized(LIMIT - TYPE_SIZE + 1)))).to.have.property(
        'type',
        'maximum-append-size-exceeded',
      )
      const withMetadata = (size: number) => jsonEvent({ type: TYPE, data: 'x'.repeat(size - 2), metadata })
      expect((await append(server.name(), withMetadata(LIMIT - TYPE_SIZE - metadataSize))).success).to.equal(true)
      expect(await refusal(append(server.name(), withMetadata(LIMIT - TYPE_SIZE - metadataSize + 1)))).to.have.property(
        'type',
        'maximum-append-size-exceeded',
      )
    }
  },
)
