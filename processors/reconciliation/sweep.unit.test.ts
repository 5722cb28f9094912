import { expect } from 'chai'
import type { PaymentEvent } from '../../domain/payments/events.ts'
import { evolve } from '../../domain/payments/evolve.ts'
import { paymentDecider, type Payment } from '../../domain/payments/payment.ts'
import { paymentIdOf } from '../../domain/shared/ids.ts'
import type { ListedDispute, ListedPayment, ListedRefund } from '../../payment-providers/listing.ts'
import { UndecodableEvent } from '../../infrastructure/event-store/codec.ts'
import { orderId, paymentId } from '../../test/specifications/order-events.ts'
import {
  disputeLost,
  disputeOpened,
  disputeWon,
  externalRefundRecorded,
  paymentRequested,
  paymentSucceeded,
  refundFailed,
  refundRequested,
  refundSucceeded,
} from '../../test/specifications/payment-events.ts'
import { passingOverUnreadable } from './readable.ts'
import type { Difference } from './difference.ts'
import type { MovedHere } from './moved-here.ts'
import { createSweep } from './sweep.ts'

const unreadable = '33333333-3333-5333-8333-333333333333'
const other = '22222222-2222-5222-8222-222222222222'
const createdAt = new Date('2026-03-01T12:00:00Z')
const paid = [paymentRequested(), paymentSucceeded()]
const foldOf = (events: readonly PaymentEvent[]): Payment => events.reduce<Payment>(evolve, paymentDecider.initialState)

const payment = (changes: Partial<ListedPayment> = {}): ListedPayment => ({
  providerPaymentId: 'pp-1',
  owner: { orderId, paymentId },
  status: 'captured',
  money: { amount: 5500, currency: 'EUR' },
  createdAt,
  ...changes,
})
const refund = (changes: Partial<ListedRefund> = {}): ListedRefund => ({
  providerRefundId: 'pr-9',
  providerPaymentId: 'pp-1',
  orderId: undefined,
  claim: undefined,
  status: { kind: 'succeeded' },
  money: { amount: 500, currency: 'EUR' },
  createdAt,
  ...changes,
})
const dispute = (changes: Partial<ListedDispute> = {}): ListedDispute => ({
  providerDisputeId: 'dp-1',
  providerPaymentId: 'pp-1',
  owner: { orderId, paymentId },
  status: 'open',
  money: { amount: 5500, currency: 'EUR' },
  createdAt,
  ...changes,
})
const moved = (of: MovedHere['of'], id: string): MovedHere => ({ of, orderId, id, amount: 5500, currency: 'EUR' })

async function* from<Item>(items: readonly Item[] = []): AsyncGenerator<Item> {
  yield* items
}

type World = {
  readonly here?: readonly PaymentEvent[]
  readonly refunds?: readonly ListedRefund[]
  readonly disputes?: readonly ListedDispute[]
  /** Found by their own ids alone: of refunds and disputes, as they are by then. */
  readonly payments?: readonly ListedPayment[]
  readonly refund?: ListedRefund
  readonly dispute?: ListedDispute
  readonly movedHere?: readonly MovedHere[]
}

const swept = async ({ here = paid, payments = [], ...world }: World) => {
  const found: Difference[] = []
  const asked: string[] = []
  const warned: string[] = []
  const sweep = createSweep({
    listing: {
      payments: () => from<ListedPayment>(),
      refunds: () => from(world.refunds),
      disputes: () => from(world.disputes),
      payment: async (id) => {
        asked.push(id)
        return payments.find(({ providerPaymentId }) => providerPaymentId === id)
      },
      refund: async (id) => {
        asked.push(id)
        return world.refund
      },
      dispute: async (id) => {
        asked.push(id)
        return world.dispute
      },
    },
    here: async (id) => {
      if (id === unreadable) throw new UndecodableEvent('unknown_version', 'of a later release')
      return id === orderId
        ? { payment: foldOf(here), isOrderKnown: true }
        : {
            payment: foldOf([{ ...paymentRequested(), orderId: other, paymentId: paymentIdOf(other) }]),
            isOrderKnown: true,
          }
    },
    forOne: passingOverUnreadable((message) => warned.push(message)),
    now: () => new Date('2026-03-02T12:00:00Z'),
    graceMs: 0,
  })
  await sweep({
    since: new Date(0),
    disputesSince: new Date(0),
    movedHere: () => from(world.movedHere),
    settle: async (difference) => {
      if (difference !== undefined) found.push(difference)
    },
    signal: new AbortController().signal,
  })
  return { found: found.map(({ kind, orderId: of, remedy }) => [kind, of, remedy.kind]), asked, warned }
}

describe('a sweep', () => {
  it('asks the payment of a refund that names no order whose it is', async () => {
    expect(await swept({ refunds: [refund()], payments: [payment()] })).to.deep.include({
      found: [['external_refund', orderId, 'record']],
      asked: ['pp-1'],
    })
  })

  it('leaves out a refund of a payment that is another program’s', async () => {
    expect((await swept({ refunds: [refund()], payments: [payment({ owner: undefined })] })).found).to.deep.equal([])
  })

  it('applies a refund to no order where it names another one than its payment does', async () => {
    const named = refund({ orderId: other, claim: { refundId: 'full', attempt: 1 } })
    expect((await swept({ refunds: [named], payments: [payment()] })).found).to.deep.equal([
      ['foreign_payment', orderId, 'operator'],
    ])
    const ofNobody = refund({ orderId, providerPaymentId: 'pp-7' })
    expect((await swept({ refunds: [ofNobody] })).found).to.deep.equal([['foreign_payment', orderId, 'operator']])
    const ofAnother = payment({ providerPaymentId: 'pp-7', owner: { orderId, paymentId: paymentIdOf(other) } })
    expect((await swept({ refunds: [ofNobody], payments: [ofAnother] })).found).to.deep.equal([
      ['foreign_payment', orderId, 'operator'],
    ])
  })

  it('needs no call for a refund of a charge that the order has', async () => {
    expect(await swept({ refunds: [refund({ orderId })] })).to.deep.include({
      found: [['external_refund', orderId, 'record']],
      asked: [],
    })
  })

  it('asks for what moved here and was not listed, by its own id', async () => {
    const movedHere = [moved('payment', 'pp-1')]
    expect(await swept({ movedHere, payments: [payment()] })).to.deep.include({ found: [], asked: ['pp-1'] })
    expect((await swept({ movedHere })).found).to.deep.equal([['not_paid_there', orderId, 'operator']])
    const foreign = payment({ owner: undefined })
    expect((await swept({ movedHere, payments: [foreign] })).found).to.deep.equal([
      ['not_paid_there', orderId, 'operator'],
    ])
  })

  it('passes over an order that cannot be read, says so, and compares the others', async () => {
    const { found, warned } = await swept({ refunds: [refund({ orderId: unreadable }), refund({ orderId })] })
    expect(found).to.deep.equal([['external_refund', orderId, 'record']])
    expect(warned).to.have.length(1)
  })

  it('asks once more before it calls a person: what has become of it since it was listed may be known here', async () => {
    const here = [...paid, externalRefundRecorded()]
    const listed = refund({ orderId, status: { kind: 'pending' }, money: { amount: 2000, currency: 'EUR' } })
    expect(
      await swept({ here, refunds: [listed], refund: { ...listed, status: { kind: 'succeeded' } } }),
    ).to.deep.include({ found: [], asked: ['pr-9'] })
    expect((await swept({ here, refunds: [listed], refund: listed })).found).to.deep.equal([
      ['not_refunded_there', orderId, 'operator'],
    ])
    expect((await swept({ here, refunds: [listed] })).found).to.deep.equal([
      ['not_refunded_there', orderId, 'operator'],
    ])
  })

  it('holds a dispute against the order of its payment, without a call', async () => {
    expect(await swept({ disputes: [dispute()] })).to.deep.include({
      found: [['disputed_there', orderId, 'record']],
      asked: [],
    })
    expect((await swept({ disputes: [dispute({ owner: undefined })] })).found).to.deep.equal([])
  })

  it('applies a dispute to no order whose payment it is not', async () => {
    const foreign = dispute({ owner: { orderId, paymentId: paymentIdOf(other) } })
    expect((await swept({ disputes: [foreign] })).found).to.deep.equal([['foreign_payment', orderId, 'operator']])
    expect((await swept({ disputes: [{ ...foreign, status: 'won' }] })).found).to.deep.equal([])
    expect((await swept({ here: [], disputes: [dispute()] })).found).to.deep.equal([
      ['never_asked', orderId, 'operator'],
    ])
  })

  it('asks once for a dispute that was not listed, however often it moved here', async () => {
    const here = [...paid, disputeOpened(), disputeLost()]
    const movedHere = [moved('dispute', 'dp-1'), moved('dispute', 'dp-1')]
    expect(await swept({ here, movedHere, dispute: dispute({ status: 'lost' }) })).to.deep.include({
      found: [],
      asked: ['dp-1'],
    })
    expect((await swept({ here, movedHere, dispute: dispute({ status: 'won' }) })).found).to.deep.equal([
      ['dispute_won_there', orderId, 'record'],
    ])
    expect((await swept({ here, movedHere })).found).to.deep.equal([['not_disputed_there', orderId, 'operator']])
    expect((await swept({ here: [...here, disputeWon()], movedHere })).found).to.deep.equal([])
  })

  it('does not look for a refund that has failed since', async () => {
    const made = [...paid, refundRequested(), refundSucceeded()]
    const movedHere = [moved('refund', 'pr-1')]
    expect((await swept({ here: made, movedHere })).found).to.deep.equal([['not_refunded_there', orderId, 'operator']])
    expect((await swept({ here: [...made, refundFailed()], movedHere })).found).to.deep.equal([])
  })
})
