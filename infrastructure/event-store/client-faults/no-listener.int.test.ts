import { persistentSubscriptionToAllSettingsFromDefaults } from '@eventstore/db-client'
import { expect } from 'chai'
import { closedAfterEach } from '../../../test/event-store/closed-after-each.ts'
import { anyGroupSettings, count } from '../../../test/event-store/counting.ts'
import { startProgram } from '../../../test/event-store/programs/start.ts'
import { longEnough } from '../../../test/event-store/still-pending.ts'
import { rejection } from '../../../test/support/rejection.ts'
import { pause } from '../../time/waiting.ts'
import { StoreUnavailable } from '../port.ts'

const unavailable = 14

describe('a consumer that nobody listens to, when its call breaks', () => {
  const opening = closedAfterEach()

  const outcomeOf = async (way: 'client' | 'adapter') => {
    const server = await opening.server()
    const store = await opening.adapter({ url: server.url })
    await store.ensureGroup('order', anyGroupSettings)
    const program = startProgram('subscription-without-listener', [way, server.url])
    await program.says('connected')
    server.faults.endWith('consume', unavailable, 'away')
    return program.ended
  }

  it("ends the process when it is the client's", async () => {
    const { code, out, errors } = await outcomeOf('client')
    expect([code, out]).to.deep.equal([1, 'connected\n'])
    expect(errors).to.include("Unhandled 'error' event")
  })

  it("waits for whoever reads it, when it is the adapter's", async () => {
    const { code, out } = await outcomeOf('adapter')
    expect([code, out]).to.deep.equal([0, 'connected\nalive\n'])
  })
})

describe('what a consumer hears when its call breaks', () => {
  const opening = closedAfterEach()

  it('is an error of the client, and then nothing: neither end nor close', async () => {
    const server = await opening.server()
    const client = opening.bareClient(server.url)
    await client.createPersistentSubscriptionToAll('order', persistentSubscriptionToAllSettingsFromDefaults())
    const heard: string[] = []
    const [confirmed, failed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    client
      .subscribeToPersistentSubscriptionToAll('order')
      .on('confirmation', () => {
        confirmed.resolve()
      })
      .on('error', () => {
        heard.push('error')
        failed.resolve()
      })
      .on('end', () => heard.push('end'))
      .on('close', () => heard.push('close'))
      .resume()
    await confirmed.promise
    server.faults.endWith('consume', unavailable, 'away')
    await failed.promise
    // Both would follow in the next turns of the loop.
    await pause(longEnough)
    expect(heard).to.deep.equal(['error'])
  })

  it('is the end of the loop of the adapter, with what it was', async () => {
    const server = await opening.server()
    const store = await opening.adapter({ url: server.url })
    await store.ensureGroup('order', anyGroupSettings)
    const { deliveries } = await store.connect('order', { bufferSize: 10 })
    const broken = rejection(count(deliveries))
    server.faults.endWith('consume', unavailable, 'away')
    expect(await broken).to.be.instanceOf(StoreUnavailable)
  })
})
