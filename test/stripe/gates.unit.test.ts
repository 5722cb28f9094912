import { expect } from 'chai'
import { createGates, type Gates, type Holding } from './gates.ts'

describe('gates of the Stripe stand-in', () => {
  let gates: Gates
  let passed: string[]
  let isAbandoned: boolean
  beforeEach(() => {
    gates = createGates()
    passed = []
    isAbandoned = false
  })
  const settled = () => new Promise((resolve) => setImmediate(resolve))
  /** A request's whole way, up to its answer. */
  const ask = async (orderId: string, call: Holding['call'] = 'create payment'): Promise<void> => {
    const { promise: over, resolve } = Promise.withResolvers<void>()
    for (const place of ['arrived', 'performed'] as const) {
      if (!(await gates.pass(place, { call, orderId, isAbandoned: () => isAbandoned, over }))) {
        passed.push(`${orderId} cut`)
        return
      }
      passed.push(`${orderId} ${place}`)
    }
    resolve()
  }

  it('hold the next call of a kind, of an order, and nobody else', async () => {
    const gate = gates.hold({ call: 'create payment', place: 'arrived', orderId: 'a' })
    await Promise.all([ask('b'), ask('a', 'cancel payment')])
    void ask('a')
    await Promise.all([settled(), ask('c')])
    expect(gate.held().map(({ orderId }) => orderId)).to.deep.equal(['a'])
    passed = []
    await gate.held()[0]?.goOn()
    expect(passed).to.deep.equal(['a arrived', 'a performed'])
    await ask('a')
    expect(gate.held()).to.have.length(1)
  })

  it('say of a request that is held whether its caller has gone', async () => {
    const gate = gates.hold({ call: 'create payment', place: 'arrived' })
    void ask('a')
    expect(gate.held()[0]?.isAbandoned()).to.equal(false)
    isAbandoned = true
    expect(gate.held()[0]?.isAbandoned()).to.equal(true)
  })

  it('let so many pass before, and hold so many', async () => {
    const gate = gates.hold({ call: 'create payment', place: 'performed', after: 1, times: 2 })
    for (const orderId of ['a', 'b', 'c', 'd']) void ask(orderId)
    await settled()
    expect(gate.held().map(({ orderId }) => orderId)).to.deep.equal(['b', 'c'])
  })

  it('hold one request one after another', async () => {
    const first = gates.hold({ call: 'create payment', place: 'arrived' })
    const second = gates.hold({ call: 'create payment', place: 'arrived' })
    const over = ask('a')
    await settled()
    expect([first.held().length, second.held().length]).to.deep.equal([1, 0])
    void first.held()[0]?.goOn()
    await settled()
    expect([second.held().length, passed]).to.deep.equal([1, []])
    second.held()[0]?.cut()
    await over
    expect(passed).to.deep.equal(['a cut'])
  })

  it('count those that were cut at another', async () => {
    const first = gates.hold({ call: 'create payment', place: 'arrived' })
    const second = gates.hold({ call: 'create payment', place: 'arrived', after: 1 })
    void ask('a')
    await settled()
    first.held()[0]?.cut()
    void ask('b')
    await settled()
    expect(second.held().map(({ orderId }) => orderId)).to.deep.equal(['b'])
  })

  it('hold nobody once they are open', async () => {
    gates.hold({ call: 'create payment', place: 'arrived', times: Infinity }).open()
    await ask('a')
    expect(passed).to.deep.equal(['a arrived', 'a performed'])
  })
})
