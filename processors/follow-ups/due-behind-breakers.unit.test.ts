import { expect } from 'chai'
import { completed, dueAmong, intentOf, now, passesWith } from '../../test/processors/due-passes.ts'

describe('what is due', () => {
  it('is left alone behind an open circuit breaker, and tried singly behind one that is half open', async () => {
    const tried: string[] = []
    let worth = 0
    const due = dueAmong([intentOf('payment', 'a'), intentOf('payment', 'b')])
    let looks = 0
    const passes = passesWith({
      due: {
        intents: (options) => {
          looks += 1
          return due(options)
        },
        orders: async () => [],
      },
      perform: async ({ key }) => {
        tried.push(key)
        return completed
      },
      worthTrying: () => worth,
    })
    await passes.payment()
    expect({ tried, looks }).to.deep.equal({ tried: [], looks: 0 })
    worth = 1
    await passes.payment()
    expect(tried).to.deep.equal(['a'])
  })

  it('waits for its turn at the provider, and is left when the breaker has opened by then; mails wait for nobody', async () => {
    const tried: string[] = []
    let worth = 10
    const passes = passesWith({
      due: {
        intents: dueAmong([
          intentOf('payment', 'a'),
          intentOf('payment', 'b'),
          intentOf('payment', 'c'),
          intentOf('notification', 'mail'),
        ]),
        orders: async () => [],
      },
      turn: async (isWanted = () => true) => {
        tried.push('turn')
        await Promise.resolve()
        return isWanted()
      },
      perform: async ({ orderId }) => {
        tried.push(orderId)
        if (orderId === 'b') worth = 0
        return completed
      },
      worthTrying: () => worth,
    })
    await passes.email()
    await passes.payment()
    expect(tried).to.deep.equal(['mail', 'turn', 'turn', 'turn', 'a', 'b'])
  })

  it('is looked at by the breaker of its own channel alone: SMS go on while the mail server is away, and the other way round', async () => {
    const tried: string[] = []
    let away = 'email'
    const passes = passesWith({
      due: {
        intents: dueAmong([
          intentOf('notification', 'by mail', now, 'email'),
          intentOf('notification', 'by SMS', now, 'sms'),
        ]),
        orders: async () => [],
      },
      perform: async ({ orderId }) => {
        tried.push(orderId)
        return completed
      },
      worthTrying: (effect) => (effect === away ? 0 : 10),
    })
    for (away of ['email', 'sms']) {
      await passes.email()
      await passes.sms()
    }
    expect(tried).to.deep.equal(['by SMS', 'by mail'])
  })
})
