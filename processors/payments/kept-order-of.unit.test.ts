import { expect } from 'chai'
import { keptOrderOf } from './kept-order-of.ts'

const setUp = () => {
  const time = { now: 0 }
  const asked: string[] = []
  const orderOf = keptOrderOf(
    async (providerPaymentId) => {
      asked.push(providerPaymentId)
      return { orderId: providerPaymentId, paymentId: 'p' }
    },
    () => time.now,
  )
  return { time, asked, orderOf }
}

describe('whose a payment is, for those who look', () => {
  it('is asked for each payment by itself, and of each once a minute', async () => {
    const { time, asked, orderOf } = setUp()
    for (const id of ['a', 'b', 'a']) expect(await orderOf(id)).to.deep.equal({ orderId: id, paymentId: 'p' })
    expect(asked).to.deep.equal(['a', 'b'])
    time.now = 60_000
    await orderOf('a')
    expect(asked).to.deep.equal(['a', 'b', 'a'])
  })

  it('is kept of a thousand payments: then the first one is forgotten', async () => {
    const { asked, orderOf } = setUp()
    for (let payment = 0; payment <= 1_000; payment += 1) await orderOf(`p${payment}`)
    await orderOf('p1')
    expect(asked).to.have.length(1_001)
    await orderOf('p0')
    expect(asked).to.have.length(1_002)
  })
})
