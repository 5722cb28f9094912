import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client'
import { expect } from 'chai'
import { signatureHeader, signWebhook } from '../../infrastructure/http/webhook-signature.ts'
import { until } from '../support/until.ts'
import { shopStartLimitMs, startRunningShop, type RunningShop } from './running-shop.ts'

const root = join(import.meta.dirname, '..', '..')

describe('dead letters', () => {
  let running: RunningShop
  let store: EventStoreDBClient
  before(async function () {
    this.timeout(shopStartLimitMs)
    running = await startRunningShop()
    store = EventStoreDBClient.connectionString(running.shop.eventStoreUrl)
  })
  after(async () => {
    await store?.dispose()
    await running?.stop()
  })

  /** As the event store's own interface shows it. */
  const parkedCount = async (group: string): Promise<number> =>
    Number((await store.getPersistentSubscriptionToAllInfo(group)).stats.parkedMessageCount)

  const tool = async (...args: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)(process.execPath, ['processors/dead-letters/cli.ts', ...args], {
      cwd: root,
      env: { ...process.env, PROCESSORS_URL: running.shop.urls.processors, TOKEN: running.token('olga', 'operator') },
    })
    return stdout
  }

  it('a poisoned event is parked, and the others pass', async () => {
    const poisonedId = randomUUID()
    await store.appendToStream(
      `order-${poisonedId}`,
      jsonEvent({ type: 'OrderPlaced', data: { nothing: 'that fits' } }),
      { expectedRevision: NO_STREAM },
    )
    const orderId = await running.client.place('paula', 'behind-poison', [
      { sku: running.sku('TEA-MINT-050'), quantity: 1 },
    ])
    await running.client.orderThat(orderId, 'confirmed', ({ status }) => status === 'confirmed')
    const deadLetters = await until('the poisoned event is parked', async () => {
      const found = await running.client.deadLetters('inventory', poisonedId)
      return found.length > 0 ? found : undefined
    })
    expect(deadLetters).to.have.length(1)
    expect(JSON.stringify(deadLetters[0])).to.contain(`order-${poisonedId}`)
    const number = String(deadLetters[0]?.['number'])
    expect(await tool('list', '--order', poisonedId)).to.contain('metadata_mismatch')
    expect(await tool('show', 'inventory', number)).to.contain('would fail again: metadata_mismatch')
    expect(await tool('discard', '--order', poisonedId, '--why', 'nobody ordered it', '--dry-run')).to.contain(
      'Nothing was done.',
    )
    await tool('discard', 'inventory', number, '--why', 'nobody ordered it', '--yes')
    const shown = JSON.parse(await tool('show', 'inventory', number, '--json')) as { readonly settled: object }
    expect(shown.settled).to.deep.include({ by: 'olga', verdict: 'discard', why: 'nobody ordered it' })
    await until('nothing is parked any more', async () => ((await parkedCount('inventory')) === 0 ? true : undefined))
    for (const key of [poisonedId, orderId]) expect(await running.client.deadLetters('order', key)).to.deep.equal([])
  })

  it('a dead letter whose cause has been mended is retried with the tool, and settled', async () => {
    const { client, shop } = running
    const orderId = await client.place('rita', 'refund-first', [{ sku: running.sku('TEA-MINT-050'), quantity: 1 }])
    await client.orderThat(orderId, 'confirmed', ({ status }) => status === 'confirmed')
    // The provider speaks of a refund that nobody here has asked for yet, and not of how much: that is parked, for a person to look at.
    const refundId = randomUUID()
    const body = JSON.stringify({
      id: randomUUID(),
      type: 'refund.succeeded',
      createdAt: new Date().toISOString(),
      data: {
        orderId,
        refundId,
        attempt: 1,
        providerRefundId: 're_early',
      },
    })
    const answer = await fetch(`${shop.urls.commandApi}/v1/webhooks/mock`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [signatureHeader]: signWebhook(shop.secrets.webhookSecret, Buffer.from(body), new Date()),
      },
      body,
    })
    expect(answer.status).to.equal(200)
    const deadLetter = await until(
      'the early answer is parked',
      async () => (await client.deadLetters('payment', orderId))[0],
    )
    const dryRun = () => tool('retry', 'payment', '--order', orderId, '--dry-run')
    expect(await dryRun()).to.contain('would RecordProviderOutcome: fail again: provider_outcome_incomplete')
    // Mended: the operator asks for that very refund.
    const refund = await client.operate(`/v1/orders/${orderId}/refunds`, {
      refundId,
      amount: { amount: 100, currency: 'EUR' },
      reason: 'goodwill',
    })
    expect(refund.status).to.equal(202)
    // What that leads to waits behind the early answer.
    await until('the request waits', async () =>
      (await client.deadLetters('payment', orderId)).some(({ code }) => code === 'waits_behind') ? true : undefined,
    )
    expect(await tool('list', 'payment')).to.contain('waits behind payment')
    expect(await dryRun()).to.contain(`would RecordProviderOutcome: write RefundSucceeded to payment-${orderId}`)
    await tool('retry', 'payment', '--order', orderId, '--yes')
    const settled = JSON.parse(await tool('show', 'payment', String(deadLetter['number']), '--json')) as Record<
      string,
      unknown
    >
    expect(settled['settled']).to.deep.include({ by: 'olga', verdict: 'retry' })
    await client.orderThat(orderId, 'refunded in part', ({ payment }) => payment.refunded.amount === 100)
    await until('what waited follows by itself', async () =>
      (await client.deadLetters('payment', orderId)).length === 0 ? true : undefined,
    )
    await until('nothing is parked any more', async () => ((await parkedCount('payment')) === 0 ? true : undefined))
    expect(settled['number']).to.equal(deadLetter['number'])
    await client.orderThat(orderId, 'still refunded once', ({ payment }) => payment.refunded.amount === 100)
  })
})
