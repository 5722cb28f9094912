import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { signatureHeader, signWebhook } from '../../../infrastructure/http/webhook-signature.ts'
import { accessibilityFaults, keepScreenshot, lookAt, overflowOf, type Look } from '../../browser/browser.ts'
import { says, type At } from './console-in-browser.ts'

const looks: readonly Look[] = [
  { width: 360, scheme: 'light' },
  { width: 1280, scheme: 'dark' },
  { width: 1280, scheme: 'light' },
]

export const deadLettersInConsole = (at: At): void => {
  /** The provider speaks of a refund that nobody has asked for yet, and not of how much: that is parked. */
  const poison = async (orderId: string, refundId: string): Promise<void> => {
    const { shop } = at().running
    const body = JSON.stringify({
      id: randomUUID(),
      type: 'refund.succeeded',
      createdAt: new Date().toISOString(),
      data: { orderId, refundId, attempt: 1, providerRefundId: 're_early' },
    })
    const signature = signWebhook(shop.secrets.webhookSecret, Buffer.from(body), new Date())
    const headers = { 'content-type': 'application/json', [signatureHeader]: signature }
    await fetch(`${shop.urls.commandApi}/v1/webhooks/mock`, { method: 'POST', headers, body })
  }

  it('retries what a service could not handle, once its cause is mended', async () => {
    const { running, page, heading, button, confirmed } = at()
    const orderId = await confirmed('petra')
    const refundId = randomUUID()
    await poison(orderId, refundId)
    await page.goto('/#/dead-letters')
    const row = page.getByRole('row', { name: /Payment provider event received/ })
    await says(row, 'Provider outcome incomplete')
    await row.getByRole('checkbox').check()
    await button('What would a retry do?').click()
    await says(page.getByRole('dialog'), 'payment')
    await keepScreenshot(page, 'dry-run')
    await button('Close').click()
    for (const look of looks) {
      await lookAt(page, look)
      await keepScreenshot(page, `dead-letters-chosen-${look.width}-${look.scheme}`)
      expect(await accessibilityFaults(page)).to.deep.equal([])
      expect(await overflowOf(page)).to.be.at.most(0)
    }
    await page.goto(`/#/orders/${orderId}`)
    await says(page.locator('.wait'), 'It waits for you to retry it or to discard it')
    await says(
      page.locator('.step').filter({ hasText: 'Payment provider event received' }),
      'Put aside by payment, tried 1 ×',
    )
    const amount = { amount: 100, currency: 'EUR' }
    await running.client.operate(`/v1/orders/${orderId}/refunds`, { refundId, amount, reason: 'goodwill' })
    await page.goto('/#/dead-letters')
    await row.getByRole('link').first().click()
    await heading('What a retry would do').waitFor()
    expect(await accessibilityFaults(page)).to.deep.equal([])
    await keepScreenshot(page, 'dead-letter')
    await button('Retry…').click()
    await button('Retry it').click()
    await says(page.getByRole('dialog'), '1 of 1 given to the service once more. 1 handled, 0 failed again.')
    await button('Close').click()
    await says(page.locator('main'), /Settled[^]* by operator/)
    await page.goto('/#/dead-letters')
    await says(page.locator('main'), 'Nothing is put aside.')
    await running.client.orderThat(orderId, 'refunded', ({ payment }) => payment.refunded.amount === 100)
  })

  it('discards what nobody will ever be able to handle, for a reason, which is kept', async () => {
    const { page, button, confirmed } = at()
    const orderId = await confirmed('dora')
    await poison(orderId, randomUUID())
    await page.goto('/#/dead-letters')
    const row = page.getByRole('row').filter({ hasText: orderId })
    await row.getByRole('checkbox').check()
    await button('Discard…').click()
    await button('Discard for good').click()
    // Not without one.
    expect(await page.locator('dialog input:invalid').count()).to.equal(1)
    await page.getByLabel('Why').fill('the provider has tried its webhooks out')
    await keepScreenshot(page, 'discard')
    await button('Discard for good').click()
    await says(page.getByRole('dialog'), '1 of 1 discarded.')
    await button('Close').click()
    await says(page.locator('main'), 'Nothing is put aside.')
    await page.getByLabel('Also settled').check()
    await row.getByRole('link').first().click()
    await says(page.locator('main'), /Settled[^]* by operator: the provider has tried its webhooks out/)
    await page.goto(`/#/orders/${orderId}`)
    await says(page.locator('.step .mark'), 'Settled by payment')
    await says(page.locator('.wait'), 'It waits to be shipped')
  })
}
