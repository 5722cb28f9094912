import { expect } from 'chai'
import { codec, context, total } from '../../test/event-store/totals.ts'
import { createInMemoryStore } from '../../test/simulation/in-memory-store.ts'
import { rejection } from '../../test/support/rejection.ts'
import { createCommandHandling } from './handle-command.ts'
import { VersionConflict, type EventToStore, type StreamReader } from './port.ts'
import { rehearse } from './rehearsal.ts'

const event = (id: string): EventToStore => ({ id, type: `T${id}`, data: {}, metadata: {} })
const now = () => new Date('2026-01-05T09:00:00.000Z')

const read = async (store: StreamReader, options?: Parameters<StreamReader['readStream']>[1]): Promise<string[]> => {
  const ids: string[] = []
  for await (const { id, revision } of store.readStream('s', options)) ids.push(`${id}@${revision}`)
  return ids
}

describe('a rehearsal', () => {
  it('reads what is there and what it has appended, and the store stays as it is', async () => {
    const real = createInMemoryStore({ now })
    await real.append('s', [event('a'), event('b')], 'no_stream')
    const rehearsal = rehearse(real, now)
    const { store } = rehearsal
    const landed = await store.append('s', [event('c'), event('d')], 1n)
    expect(landed.revision).to.equal(3n)
    await store.append('s', [event('e')], 'any')
    expect(await read(store)).to.deep.equal(['a@0', 'b@1', 'c@2', 'd@3', 'e@4'])
    expect(await read(store, { from: 1n, limit: 2 })).to.deep.equal(['b@1', 'c@2'])
    expect(await read(store, { from: 3n })).to.deep.equal(['d@3', 'e@4'])
    const last = async (count: number) => (await store.lastEvents('s', count)).map(({ id }) => id)
    expect([await last(1), await last(4)]).to.deep.equal([['e'], ['e', 'd', 'c', 'b']])
    expect(rehearsal.appended()).to.deep.equal(['Tc', 'Td', 'Te'].map((type) => ({ stream: 's', type })))
    expect(await read(real)).to.deep.equal(['a@0', 'b@1'])
  })

  it('answers one command after another with what each has written: none is taken for a repetition', async () => {
    const real = createInMemoryStore({ now })
    await real.append('elsewhere', [event('a')], 'no_stream')
    const rehearsal = rehearse(real, now)
    const handling = createCommandHandling({
      store: rehearsal.store,
      codec,
      sleep: () => expect.fail('nothing is in conflict'),
    })
    for (const [stream, add] of [
      ['total-1', 5],
      ['total-2', 6],
      ['total-1', 7],
    ] as const) {
      const { events } = await handling.handle(total, stream, { add }, context(`c${add}`))
      expect(events).to.deep.equal([{ type: 'Added', amount: add }])
    }
    expect(rehearsal.appended().map(({ stream }) => stream)).to.deep.equal(['total-1', 'total-2', 'total-1'])
  })

  it('goes on from where it has appended, whatever others write behind that', async () => {
    const real = createInMemoryStore({ now })
    await real.append('s', [event('a')], 'no_stream')
    const { store } = rehearse(real, now)
    await store.append('s', [event('b')], 0n)
    await real.append('s', [event('x'), event('y')], 0n)
    expect(await read(store)).to.deep.equal(['a@0', 'b@1'])
    await store.append('s', [event('c')], 1n)
    expect(await read(store)).to.deep.equal(['a@0', 'b@1', 'c@2'])
  })

  it('has conflicts as the store would', async () => {
    const real = createInMemoryStore({ now })
    await real.append('s', [event('a')], 'no_stream')
    const rehearsal = rehearse(real, now)
    const { store } = rehearsal
    expect(await rejection(store.append('s', [event('b')], 'no_stream'))).to.be.instanceOf(VersionConflict)
    await store.append('s', [event('b')], 0n)
    const conflict = await rejection(store.append('s', [event('c')], 0n))
    expect(conflict).to.be.instanceOf(VersionConflict).and.to.include({ actual: 1n })
    await store.append('other', [event('d')], 'no_stream')
    expect(rehearsal.appended()).to.have.length(2)
  })
})
