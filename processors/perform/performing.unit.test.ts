import { expect } from 'chai'
import { StoreUnavailable } from '../../infrastructure/event-store/port.ts'
import { orderId } from '../../test/processors/shop.ts'
import { paymentRequested } from '../../test/specifications/payment-events.ts'
import type { Intent } from './intent.ts'
import type { InHand, Performed, UnderLease } from './perform.ts'
import { createPerforming } from './performing.ts'

const intent = (key: string, eventId = `event of ${key}`): Intent => ({
  kind: 'payment',
  key,
  orderId,
  since: new Date(0),
  eventId,
})
const inHand: InHand = { recorded: { event: paymentRequested(), id: 'e' } }
const completed: Performed = { kind: 'completed' }
const turn = () =>
  new Promise<void>((resolve) => {
    setImmediate(resolve)
  })

/** Two calls at once, and so many that wait. Each is under way until it is told to end. */
const begun = (mostWaiting = 10) => {
  const started: string[] = []
  const looked: string[] = []
  const ends = new Map<
    string,
    {
      readonly end: (performed: Performed) => void
      readonly fail: (error: Error) => void
      readonly giveBack: () => void
    }
  >()
  const failures: unknown[] = []
  const underLease: UnderLease = async ({ key, eventId }, { inHand: hand }) => {
    started.push(key)
    if (hand === undefined) looked.push(`${key}, ${eventId}`)
    const call = Promise.withResolvers<Performed>()
    const over = Promise.withResolvers<void>()
    ends.set(key, { end: call.resolve, fail: call.reject, giveBack: over.resolve })
    return { performed: await call.promise, over: over.promise }
  }
  const draining = new AbortController()
  const performing = createPerforming({
    underLease,
    draining: draining.signal,
    callsAtOnce: { payment: 2, refund: 1, notification: 1 },
    mostWaiting,
    failed: (_message, error, passing) => {
      failures.push([(error as Error).message, passing])
    },
  })
  const end = async (key: string, performed: Performed = completed) => {
    ends.get(key)?.end(performed)
    await turn()
  }
  const giveBack = async (key: string) => {
    ends.get(key)?.giveBack()
    await turn()
  }
  return { performing, draining, started, looked, ends, end, giveBack, failures }
}

describe('performing', () => {
  it('begins as many calls at once as there is room for, and the others in the order in which they came', async () => {
    const { performing, started, end } = begun()
    for (const key of ['a', 'b', 'c', 'd']) performing.begin(intent(key), inHand)
    expect(started).to.deep.equal(['a', 'b'])
    await end('b')
    expect(started).to.deep.equal(['a', 'b', 'c'])
    await end('a')
    expect(started).to.deep.equal(['a', 'b', 'c', 'd'])
  })

  it('has room for each kind of its own', () => {
    const { performing, started } = begun()
    for (const key of ['a', 'b', 'c']) performing.begin(intent(key), inHand)
    performing.begin({ ...intent('mail'), kind: 'notification' }, inHand)
    expect(started).to.deep.equal(['a', 'b', 'mail'])
  })

  it('leaves open what finds no room to wait in, and does not take its lease', async () => {
    const { performing, started, end } = begun(1)
    for (const key of ['a', 'b', 'c', 'd']) performing.begin(intent(key), inHand)
    expect(await performing.perform(intent('e'))).to.deep.equal({ kind: 'open', why: 'queue is full' })
    for (const key of ['a', 'b', 'c']) await end(key)
    expect(started).to.deep.equal(['a', 'b', 'c'])
  })

  it('takes what is followed up before what was only just seen', async () => {
    const { performing, started, end } = begun()
    for (const key of ['a', 'b', 'c']) performing.begin(intent(key), inHand)
    const followed = performing.perform(intent('due'))
    await end('a')
    expect(started).to.deep.equal(['a', 'b', 'due'])
    await end('due', { kind: 'open', why: 'still nothing' })
    expect(await followed).to.deep.equal({ kind: 'open', why: 'still nothing' })
  })

  it('does nothing about what is under way, waits, or was had here before', async () => {
    const { performing, started, end, giveBack } = begun()
    for (const key of ['a', 'b', 'c', 'a', 'c']) performing.begin(intent(key), inHand)
    expect(await performing.perform(intent('a'))).to.deep.equal({
      kind: 'open',
      why: 'already under way in this process',
    })
    for (const key of ['a', 'b', 'c']) await end(key)
    for (const key of ['a', 'b', 'c']) await giveBack(key)
    expect(performing.underWay()).to.equal(0)
    for (const key of ['a', 'b', 'c']) performing.begin(intent(key), inHand)
    expect(started).to.deep.equal(['a', 'b', 'c'])
    void performing.perform(intent('a'))
    expect(started).to.deep.equal(['a', 'b', 'c', 'a'])
  })

  it('is told what there is nothing to do about', () => {
    const { performing, started } = begun()
    performing.noteCompleted(intent('a'))
    performing.begin(intent('a'), inHand)
    performing.begin(intent('a', 'another event'), inHand)
    expect(started).to.deep.equal(['a'])
  })

  it('looks first where something has come after what it was to do', async () => {
    const { performing, looked, end } = begun()
    for (const key of ['a', 'b', 'c']) performing.begin(intent(key), inHand)
    performing.begin(intent('c', 'voided'), inHand)
    await end('a')
    expect(looked).to.deep.equal(['c, voided'])
  })

  it('goes on with what has come after it when the lease has been given back', async () => {
    const { performing, started, looked, end, giveBack } = begun()
    performing.begin(intent('a'), inHand)
    performing.begin(intent('a', 'voided'), inHand)
    await end('a')
    expect(started).to.deep.equal(['a'])
    await giveBack('a')
    expect([started, looked]).to.deep.equal([['a', 'a'], ['a, voided']])
  })

  it('tells of what fails where nobody waits for it, and goes on', async () => {
    const { performing, started, ends, failures } = begun()
    for (const key of ['a', 'b', 'c', 'd']) performing.begin(intent(key), inHand)
    ends.get('a')?.fail(new StoreUnavailable('away'))
    ends.get('b')?.fail(new Error('who knows'))
    await turn()
    expect(failures).to.deep.equal([
      ['away', true],
      ['who knows', false],
    ])
    expect(started).to.deep.equal(['a', 'b', 'c', 'd'])
    const followed = performing.perform(intent('e'))
    ends.get('c')?.fail(new Error('of the third'))
    await turn()
    ends.get('e')?.fail(new Error('of the fifth'))
    expect(await followed.catch((error: unknown) => error)).to.have.property('message', 'of the fifth')
    expect(failures.at(-1)).to.deep.equal(['of the third', false])
  })

  it('begins nothing from the beginning of the drain on, long before it is closed', async () => {
    const { performing, draining, started, end, giveBack } = begun()
    for (const key of ['a', 'b', 'c']) performing.begin(intent(key), inHand)
    performing.begin(intent('a', 'called off'), inHand)
    const followed = performing.perform(intent('due'))
    draining.abort()
    expect(await followed).to.deep.equal({ kind: 'open', why: 'process is stopping' })
    performing.begin(intent('later'), inHand)
    expect(await performing.perform(intent('due later'))).to.deep.equal({ kind: 'open', why: 'process is stopping' })
    for (const key of ['a', 'b']) await end(key)
    for (const key of ['a', 'b']) await giveBack(key)
    expect(started).to.deep.equal(['a', 'b'])
    expect(performing.underWay()).to.equal(0)
  })

  it('leaves what waits when the process ends, and waits for what is under way, to its lease', async () => {
    const { performing, started, end, giveBack } = begun()
    for (const key of ['a', 'b', 'c']) performing.begin(intent(key), inHand)
    const followed = performing.perform(intent('due'))
    let closed = false
    const closing = performing.close().then(() => {
      closed = true
    })
    expect(await followed).to.deep.equal({ kind: 'open', why: 'process is stopping' })
    performing.begin(intent('later'), inHand)
    for (const key of ['a', 'b']) await end(key)
    await giveBack('a')
    expect(closed).to.equal(false)
    await giveBack('b')
    await closing
    expect(started).to.deep.equal(['a', 'b'])
    expect(performing.underWay()).to.equal(0)
  })
})
