import { expect } from 'chai'
import { createRegistry } from '../infrastructure/observability/metrics.ts'
import { fakeProvider } from '../test/processors/fake-provider.ts'
import { measuredMail } from './notifications/measured-mail.ts'
import { MailRefused } from './notifications/mail.ts'
import { measuredProvider } from './payments/measured-provider.ts'
import { OutcomeUnknown } from '../payment-providers/port.ts'

const { signal } = new AbortController()
const charge = { paymentId: 'p1', orderId: 'o1', amount: 100, currency: 'EUR', method: 'card-ok', idempotencyKey: 'k1' }
const sought = { paymentId: 'p1', notBefore: async () => new Date(0) }
const refund = { providerPaymentId: 'pp_p1', refundId: 'full', attempt: 1 }
const mail = { messageId: 'm1', to: 'a@example.com', subject: 's', text: 't' }

describe('measured calls to the outside', () => {
  it('counts each call of the provider by what it was answered', async () => {
    const registry = createRegistry({ service: 'test' })
    const told = fakeProvider()
    const provider = measuredProvider(told, registry)
    told.next('charge', new OutcomeUnknown('silence'))
    await provider.charge(charge, signal).then(
      () => expect.fail('it did not throw'),
      () => undefined,
    )
    await provider.lookUp(sought, signal)
    await provider.charge(charge, signal)
    await provider.cancel({ ...sought, idempotencyKey: 'c1' }, signal)
    await provider.refund({ ...refund, orderId: 'o1', amount: 100, currency: 'EUR', idempotencyKey: 'r1' }, signal)
    await provider.lookUpRefund(refund, signal)
    const [calls] = await registry.getMetricsAsJSON()
    expect(calls?.values.map(({ labels, value }) => `${labels['call']} ${labels['outcome']} ${value}`)).to.deep.equal([
      'charge no_answer 1',
      'lookUp unknown_payment 1',
      'charge succeeded 1',
      'cancel succeeded 1',
      'refund succeeded 1',
      'lookUpRefund succeeded 1',
    ])
    expect(told.calls).to.deep.equal(['charge', 'lookUp', 'charge', 'cancel', 'refund', 'lookUpRefund'])
  })

  it('counts each mail by what became of it', async () => {
    const registry = createRegistry({ service: 'test' })
    const answers = [
      async () => ({ providerMessageId: 'sent' }),
      async () => {
        throw new MailRefused('no such mailbox')
      },
    ]
    const sender = measuredMail({ send: async () => answers.shift()?.() ?? expect.fail('a third mail') }, registry)
    expect(await sender.send(mail, signal)).to.deep.equal({ providerMessageId: 'sent' })
    await sender.send(mail, signal).then(
      () => expect.fail('it did not throw'),
      (error: unknown) => expect(error).to.be.instanceOf(MailRefused),
    )
    const [mails] = await registry.getMetricsAsJSON()
    expect(mails?.values.map(({ labels, value }) => `${labels['outcome']} ${value}`)).to.deep.equal([
      'sent 1',
      'refused 1',
    ])
  })
})
