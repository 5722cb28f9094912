import { binaryEvent } from '@eventstore/db-client'
import { expect } from 'chai'
import { event } from './suite/appending.ts'
import { rawRead } from './suite/raw-read.ts'
import { rule } from './suite/rule.ts'
import { all } from './suite/waiting.ts'

rule('3.2', 'an event comes back with all it was given', { seen: 'real' }, async (server) => {
  const stream = server.name()
  const json = event('Ärger 日本', {
    data: { text: 'größe', list: [1, null] },
    metadata: { $correlationId: 'c', more: 1 },
  })
  const bytes = binaryEvent({ type: 'Bytes', data: new Uint8Array([0, 255, 10]), metadata: new Uint8Array([1, 2]) })
  await server.client.appendToStream(stream, [json, bytes])
  const [first, second] = (await all(server.client.readStream(stream))).map(({ event: read }) => read)
  expect([
    first?.id,
    first?.type,
    first?.data,
    first?.metadata,
    first?.isJson,
    first?.streamId,
    first?.revision,
  ]).to.deep.equal([json.id, json.type, json.data, json.metadata, true, stream, 0n])
  expect([second?.isJson, [...(second?.data as Uint8Array)], [...(second?.metadata as Uint8Array)]]).to.deep.equal([
    false,
    [0, 255, 10],
    [1, 2],
  ])
})

rule('3.2', 'metadata that was not given is not there', { seen: 'real' }, async (server) => {
  const stream = server.name()
  await server.client.appendToStream(stream, event())
  expect((await all(server.client.readStream(stream)))[0]?.event?.metadata).to.equal(undefined)
})

rule(
  '3.2',
  'says when an event was created in ticks of 100 ns, with type and content type',
  { seen: 'real' },
  async (server) => {
    const stream = server.name()
    await server.client.appendToStream(stream, event('Typed'))
    const metadata = (await rawRead(server, { stream, count: 1n })).messages[0]
      ?.getEvent()
      ?.getEvent()
      ?.getMetadataMap()
    expect([metadata?.get('type'), metadata?.get('content-type')]).to.deep.equal(['Typed', 'application/json'])
    expect(metadata?.get('created')).to.match(/^\d{17}$/)
    expect(Math.abs(Number(metadata?.get('created')) / 10_000 - Date.now())).to.be.lessThan(60_000)
  },
)

rule(
  '3.2',
  'every event has its position in the log, in reads of streams too, with commit as prepare',
  { seen: 'real' },
  async (server) => {
    const stream = server.name()
    const { position } = await server.client.appendToStream(stream, event())
    const read = (await rawRead(server, { stream, count: 1n })).messages[0]?.getEvent()
    const commit = String(position?.commit)
    expect([
      read?.getCommitPosition(),
      read?.getEvent()?.getCommitPosition(),
      read?.getEvent()?.getPreparePosition(),
    ]).to.deep.equal([commit, commit, commit])
  },
)
