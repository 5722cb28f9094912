import { expect } from 'chai'
import { commandApiUnderTest, type CommandApiUnderTest } from '../../test/specifications/command-api.ts'
import {
  key,
  notificationFailed,
  notificationRequested,
  notificationSent,
  owed,
} from '../../test/specifications/notification-events.ts'
import { orderId, otherOrderId, placed } from '../../test/specifications/order-events.ts'

const resendId = '77777777-7777-4777-8777-77777777777a'
const resendOf = (order: string, itsKey: string) => `/v1/orders/${order}/notifications/${itsKey}/resend`
const path = resendOf(orderId, key)

describe('a message that is sent once more', () => {
  let shop: CommandApiUnderTest
  beforeEach(async () => {
    shop = commandApiUnderTest()
    await shop.happened(`order-${orderId}`, placed())
    await shop.happened(`notification-${orderId}`, notificationFailed())
  })
  const written = () => shop.stored().slice(2)

  it('is asked for under a key of its own, once for each id, by the operator', async () => {
    const { body, headers } = await shop.operator.post(path, { resendId }).answers(202)
    const { position, ...rest } = body as { position: string }
    expect(rest).to.deep.equal({ orderId, key: `${key}:${resendId}` })
    expect(headers['event-position']).to.equal(position)
    await shop.operator.post(path, { resendId: resendId.toUpperCase() }).answers(202, body)
    expect(written()).to.deep.equal(['NotificationRequested'])
    const last = shop.store.log.at(-1)
    const { type: _, ...asked } = notificationRequested({ ...owed, key: `${key}:${resendId}` })
    expect(last?.data).to.deep.equal(asked)
    expect((last?.metadata as { actor: unknown }).actor).to.deep.equal({ type: 'operator', id: 'olga' })
  })

  it('is one that was sent or has failed', async () => {
    const still = `confirmed:${owed.causedBy}:email`
    await shop.happened(
      `notification-${orderId}`,
      notificationRequested({ ...owed, key: still, template: 'confirmed' }),
    )
    for (const unknown of [still, `shipped:${owed.causedBy}:email`, 'constructor'])
      await shop.operator.post(resendOf(orderId, unknown), { resendId }).isRefused(404, 'notification_not_found')
    await shop.operator.post(resendOf(otherOrderId, key), { resendId }).isRefused(404, 'order_not_found')
    expect(written()).to.deep.equal(['NotificationRequested'])
  })

  it('may come back after it was sent: it has failed then, for a reason that names nobody', async () => {
    const bounce = path.replace('resend', 'bounce')
    await shop.happened(`notification-${orderId}`, notificationSent({ ...owed, key: `${key}:1` }))
    const ofSent = bounce.replace(key, `${key}:1`)
    const { body } = await shop.operator.post(ofSent, { status: '5.1.1' }).answers(200)
    expect(shop.store.log.at(-1)?.data).to.include({ key: `${key}:1`, reason: 'bounced: 5.1.1' })
    await shop.operator.post(ofSent, { status: '5.2.2' }).answers(200, body)
    await shop.operator.post(bounce, { status: '5.1.1' }).answers(200)
    expect(written()).to.deep.equal(['NotificationSent', 'NotificationFailed'])
    await shop.operator.post(bounce, { status: 'alice@example.org' }).isRefused(400, 'invalid_request', ['status'])
    await shop.operator.post(bounce, { status: '2.0.0' }).isRefused(400, 'invalid_request', ['status'])
    await shop.alice.post(bounce, { status: '5.1.1' }).isRefused(403, 'forbidden')
    await shop.operator.post(bounce.replace(key, 'other'), { status: '5.1.1' }).isRefused(404, 'notification_not_found')
  })

  it('is for operators alone', async () => {
    await shop.alice.post(path, { resendId }).isRefused(403, 'forbidden')
    await shop.nobody.post(path, { resendId }).isRefused(401, 'unauthorized')
    expect(written()).to.deep.equal([])
  })

  it('is refused where it is malformed', async () => {
    await shop.operator.post(path, {}).isRefused(400, 'invalid_request', ['resendId'])
    await shop.operator.post(path, { resendId: 'again' }).isRefused(400, 'invalid_request', ['resendId'])
    await shop.operator.post(resendOf(orderId, 'a%20b'), { resendId }).isRefused(400, 'invalid_request', ['key'])
    expect(written()).to.deep.equal([])
  })
})
