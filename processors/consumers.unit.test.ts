import { expect } from 'chai'
import { StoreUnavailable, type EventStore } from '../infrastructure/event-store/port.ts'
import { createFakeGroups, fakeEvent } from '../test/subscriptions/fake-groups.ts'
import { until } from '../test/support/until.ts'
import type { Processors } from './build.ts'
import { startConsumers } from './consumers.ts'
import type { EventHandler } from './event-handler.ts'
import { createInMemoryAttempts } from '../test/subscriptions/in-memory-attempts.ts'

/** The order service's consumer over groups without a server, with this for a handler. */
const startedWith = (handle: EventHandler) => {
  const { store: groups, connections } = createFakeGroups()
  const told: string[] = []
  // Of the store and of the services, consumers use no more than this.
  const store = { ...groups, probe: async () => undefined } as unknown as EventStore
  const service = { group: 'order', looksAt: (type: string) => type === 'Happened' }
  const processors = { services: { order: service }, handlers: { order: handle } } as unknown as Processors
  const consumers = startConsumers({
    attempts: createInMemoryAttempts(),
    names: ['order'],
    store,
    processors,
    maxRunning: 10,
    handlerVersion: '1',
    observerOf: () => ({
      parked: (_event, { code }) => {
        told.push(`parked ${code}`)
      },
      paused: (reason) => {
        told.push(`paused ${reason}`)
      },
      handled: (_event, outcome) => {
        told.push(typeof outcome === 'string' ? outcome : 'other')
      },
    }),
  })
  return { consumers, connections, told }
}
const connected = (connections: ReturnType<typeof createFakeGroups>['connections']) =>
  until('it is connected', () => connections[0])

describe('the consumers of the services', () => {
  it('pause when the event store is away, and park nothing', async () => {
    const { consumers, connections, told } = startedWith(() => Promise.reject(new StoreUnavailable('nobody listens')))
    const connection = await connected(connections)
    connection.deliver(fakeEvent('1'))
    await until('it has paused', () => (told.length > 0 ? told : undefined))
    await until('it has left', () => (connection.closed() ? true : undefined))
    expect({ told, acks: connection.acks, parks: connection.parks }).to.deep.equal({
      told: ['paused nobody listens'],
      acks: [],
      parks: [],
    })
    await consumers.close()
  })

  it('take no notice of other streams, and of what the service does not look at', async () => {
    const { consumers, connections, told } = startedWith(async () => 'done')
    const connection = await connected(connections)
    connection.deliver(fakeEvent('1', '$stats-1'))
    connection.deliver({ ...fakeEvent('2'), type: 'Ignored' })
    await until('both are acknowledged', () => (connection.acks.flat().length === 2 ? true : undefined))
    expect(told).to.deep.equal([])
    await consumers.close()
  })
})
