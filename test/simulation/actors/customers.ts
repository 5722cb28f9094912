import type { PlaceOrderRequest } from '../../../command-api/orders/requests.ts'
import { orderDecider } from '../../../domain/orders/order.ts'
import { mergeLines, requestHashOf } from '../../../domain/orders/placing.ts'
import { orderIdOf } from '../../../domain/shared/ids.ts'
import { streams } from '../../../domain/shared/streams.ts'
import { positionToText } from '../../../infrastructure/event-store/position.ts'
import type { Post } from '../statements/statement.ts'
import { noTrace } from './catalogue.ts'
import type { CustomersParts } from './customers-parts.ts'
import { letRushIn } from './rush.ts'

const minutes = 60_000
const customers = ['ann', 'bob', 'cho'] as const
/** One is told by e-mail, one by SMS, one by both. */
const wishesOf: Readonly<Record<string, Partial<PlaceOrderRequest['contact']>>> = {
  bob: { phone: '+49 170 0000001', channels: ['sms'] },
  cho: { phone: '+49 170 0000002', channels: ['email', 'sms'] },
}

/** Customers who order, ask twice, change their mind about what they asked for, and cancel. Answers what each POST was answered. */
export const letCustomersIn = ({
  scheduler,
  random,
  aside,
  call,
  scripts,
  skus,
  server,
}: CustomersParts): readonly Post[] => {
  const posts: Post[] = []

  const requestOf = (lines: PlaceOrderRequest['lines']): PlaceOrderRequest => ({
    lines,
    shipTo: { name: 'Somebody', street: 'Street 1', postalCode: '1000', city: 'City', country: 'DE' },
    contact: { email: 'somebody@mail.example' },
    payment: { method: 'card' },
  })

  const someRequest = (): PlaceOrderRequest =>
    requestOf(
      Array.from({ length: random.int(1, 3) }, () => ({
        sku: random.chance(0.03) ? 'GONE' : random.pick(skus),
        quantity: random.int(1, 2),
      })),
    )

  const post = async (customerId: string, key: string, asked: PlaceOrderRequest): Promise<Post['answer']> => {
    const contact = { ...asked.contact, ...wishesOf[customerId] }
    const request = { ...asked, contact }
    const {
      lines,
      shipTo,
      payment: { method: paymentMethod },
    } = request
    const startedAt = scheduler.steps()
    const answered = await call(`POST of ${customerId}`, ({ placeOrder }) =>
      placeOrder(customerId, key, request, noTrace),
    )
    const answer: Post['answer'] =
      answered.kind === 'answered'
        ? {
            kind: 'accepted',
            placed: answered.value.placed,
            position: answered.value.at.position === undefined ? '' : positionToText(answered.value.at.position),
          }
        : answered
    const requestHash = requestHashOf({ lines: mergeLines(lines), shipTo, contact, paymentMethod })
    posts.push({ customerId, key, requestHash, startedAt, endedAt: scheduler.steps(), answer })
    return answer
  }

  const postUntilAnswered = async (customerId: string, key: string, request: PlaceOrderRequest): Promise<void> => {
    for (let tries = 0; tries < 6; tries += 1) {
      if ((await post(customerId, key, request)).kind !== 'no_answer') return
      await scripts.pause(random.int(10, 20_000))
    }
  }

  const cancel = (orderId: string, customerId: string) =>
    call(`cancel by ${customerId}`, ({ handling, contextOf }) =>
      handling.handle(
        orderDecider,
        streams.order(orderId),
        { type: 'CancelOrder', orderId, reason: 'customer' },
        contextOf(noTrace, { type: 'customer', id: customerId }, orderId),
      ),
    )

  /** The moment is counted in events, so that each point of an order's way is hit as often as any other. */
  const cancelAtSomeMoment = (orderId: string, customerId: string): void => {
    let left = random.int(1, random.pick([2, 5, 14]))
    const stop = server.onAppended((events) => {
      left -= events.filter(({ data }) => (data as { orderId?: string }).orderId === orderId).length
      if (left > 0) return
      stop()
      scripts.start(async () => {
        await scripts.pause(random.int(0, random.pick([60, 30_000])))
        for (let tries = 0; tries < 4; tries += 1) {
          if ((await cancel(orderId, customerId)).kind !== 'no_answer') return
          await scripts.pause(random.int(10, 5_000))
        }
      })
    })
  }

  const buy = async (number: number): Promise<void> => {
    const customerId = random.pick(customers)
    // Keys are a customer's own: two customers may well have the same.
    const key = `key ${random.chance(0.3) ? 0 : number}`
    const request = someRequest()
    if (random.chance(0.55)) cancelAtSomeMoment(orderIdOf(customerId, key), customerId)
    const posting = [postUntilAnswered(customerId, key, request)]
    if (random.chance(0.3)) posting.push(postUntilAnswered(customerId, key, request))
    if (random.chance(0.2)) posting.push(postUntilAnswered(customerId, key, someRequest()))
    await Promise.all(posting)
    if (!random.chance(0.3)) return
    await scripts.pause(random.int(1_000, 40 * minutes))
    await postUntilAnswered(customerId, key, random.chance(0.7) ? request : someRequest())
  }

  const orders = random.int(3, 9)
  for (let number = 1; number <= orders; number += 1) {
    const at = random.chance(0.7) ? random.int(0, 200) : random.int(0, 20 * minutes)
    scripts.start(async () => {
      await scripts.pause(at)
      await buy(number)
    })
  }
  letRushIn({
    aside,
    call,
    scripts,
    skus,
    order: (number, sku, quantity) =>
      postUntilAnswered(aside.pick(customers), `rush ${number}`, requestOf([{ sku, quantity }])),
  })
  return posts
}
