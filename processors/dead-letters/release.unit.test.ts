import { expect } from 'chai'
import { deskInMemory } from '../../test/processors/desk.ts'
import { eventOf, parkedAt } from '../../test/processors/parked-streams.ts'
import { claimMs } from './resolutions.ts'

const group = 'payment'
const waits = 'waits_behind'

/** One that failed, and those of its order that wait behind it; parked in another order than they happened in. */
const opened = () => {
  const desk = deskInMemory()
  const { streams, decisions, unresolved } = desk
  streams.park(group, eventOf('a', 1), 'schema_mismatch')
  streams.park(group, eventOf('a', 4), waits)
  streams.park(group, eventOf('a', 2), waits)
  streams.park(group, eventOf('a', 3), waits)
  const discard = (number: bigint) => decisions.discard({ group, number }, 'olga', 'of no use')
  const standing = () => [...unresolved.of(group).all()].map(({ number, code }) => `${number} ${code}`)
  return { ...desk, discard, standing }
}

describe('what waits behind a dead letter', () => {
  it('goes on waiting while that is unresolved', async () => {
    const { sweep, submitted } = opened()
    await sweep(group)
    expect(submitted).to.deep.equal([])
  })

  it('is handled in its order, one after another, when that is discarded', async () => {
    const { sweep, submitted, discard, standing, audit, decided } = opened()
    expect(await discard(0n)).to.equal('discarded')
    expect(decided).to.deep.equal([group])
    await sweep(group)
    expect(submitted).to.deep.equal(['a-2', 'a-3', 'a-4'])
    expect(standing()).to.deep.equal([])
    await sweep(group)
    expect(submitted).to.have.length(3)
    const history = await audit.of(group, 2n, 'a-2')
    expect(history.map(({ what, by, outcome }) => [what, by, outcome])).to.deep.equal([
      ['release', 'system', 'handled'],
    ])
  })

  it('is handled when that is retried with success, and not when it fails again', async () => {
    const { sweep, submitted, answers, decisions } = opened()
    answers.push({ park: { code: 'schema_mismatch', message: 'no lines' } })
    const retry = async () => {
      expect(await decisions.retry({ group, number: 0n }, 'olga')).to.equal('begun')
      await decisions.drained()
      await sweep(group)
    }
    await retry()
    expect(submitted).to.deep.equal(['a-1'])
    await retry()
    expect(submitted).to.deep.equal(['a-1', 'a-1', 'a-2', 'a-3', 'a-4'])
  })

  it('stands with a failure of its own when it fails, and the rest wait on', async () => {
    const { sweep, submitted, answers, discard, standing, decisions } = opened()
    await discard(0n)
    answers.push('done', { park: { code: 'refund_not_found', message: 'no' } })
    await sweep(group)
    await sweep(group)
    expect(submitted).to.deep.equal(['a-2', 'a-3'])
    expect(standing()).to.deep.equal(['1 waits_behind', '3 refund_not_found'])
    // By now it is a person's.
    expect(await decisions.retry({ group, number: 1n }, 'olga')).to.deep.equal({ waitsBehind: 3n })
    await decisions.retry({ group, number: 3n }, 'olga')
    await decisions.drained()
    await sweep(group)
    expect(standing()).to.deep.equal([])
  })

  it('is tried again by the next sweep when it was only not the time for it', async () => {
    const { sweep, submitted, answers, discard, standing } = opened()
    await discard(0n)
    answers.push({ retry: 100, reason: 'conflict' }, new Error('the group is paused'))
    await sweep(group)
    await sweep(group)
    expect(submitted).to.deep.equal(['a-2', 'a-2'])
    expect(standing()).to.have.length(3)
    await sweep(group)
    expect(submitted.slice(2)).to.deep.equal(['a-2', 'a-3', 'a-4'])
  })

  it('is found also when it came to wait behind one that was being resolved', async () => {
    const { sweep, submitted, discard, streams } = opened()
    await discard(0n)
    await sweep(group)
    streams.park(group, eventOf('a', 5), waits)
    await sweep(group)
    expect(submitted).to.deep.equal(['a-2', 'a-3', 'a-4', 'a-5'])
  })

  it('is not handled by two at a time, and by the next when the first has died', async () => {
    const { sweep, submitted, discard, resolutions, set } = opened()
    await discard(0n)
    const dead = { group, number: 2n, key: 'a', kind: 'release' as const, eventId: 'a-2', parkedAt, by: 'system' }
    await resolutions.begin({ ...dead, at: set.now, letter: {} })
    await sweep(group)
    expect(submitted).to.deep.equal([])
    set.now = new Date(set.now.getTime() + claimMs)
    await sweep(group)
    expect(submitted).to.deep.equal(['a-2', 'a-3', 'a-4'])
  })

  it('is passed over where another replica has resolved it, or the store has given it again', async () => {
    const { sweep, submitted, discard, resolutions, streams, unresolved, set } = opened()
    await discard(0n)
    await unresolved.refresh(group)
    await resolutions.discard({ group, number: 2n, eventId: 'a-2', parkedAt, by: 'otto', at: set.now, letter: {} })
    streams.begins(group, 1)
    await sweep(group)
    expect(submitted).to.deep.equal(['a-3', 'a-4'])
  })

  it('waits for nobody of another order', async () => {
    const { sweep, submitted, streams, answers } = opened()
    for (const order of ['b', 'c']) streams.park(group, eventOf(order, 1), waits)
    let go: (outcome: 'done') => void = () => undefined
    answers.push(new Promise((resolve) => (go = resolve)))
    const swept = sweep(group)
    while (submitted.length < 2) await new Promise(setImmediate)
    expect(submitted).to.deep.equal(['b-1', 'c-1'])
    // Nor does the next sweep wait, or begin with the one that is being handled.
    streams.park(group, eventOf('d', 1), waits)
    await sweep(group)
    expect(submitted).to.deep.equal(['b-1', 'c-1', 'd-1'])
    go('done')
    await swept
  })

  it('waits for nobody of another group, however many keys of that are being handled', async () => {
    const { streams, unresolved, release, submitted, submitTo } = deskInMemory()
    for (let n = 0; n < 8; n += 1) streams.park(group, eventOf(`p${n}`, 1), waits)
    streams.park('order', eventOf('o', 1), waits)
    for (const each of [group, 'order']) await unresolved.refresh(each)
    const begun: string[] = []
    let go: (outcome: 'done') => void = () => undefined
    const done = new Promise<'done'>((resolve) => (go = resolve))
    const slow = release(group, (event) => {
      begun.push(event.id)
      return done
    })
    try {
      while (begun.length < 8) await new Promise(setImmediate)
      await release('order', submitTo('order') ?? expect.fail('the group runs here'))
      expect(submitted).to.deep.equal(['o-1'])
      // Of its own group no more than eight are handled side by side.
      streams.park(group, eventOf('p8', 1), waits)
      await unresolved.refresh(group)
      await release(group, submitTo(group) ?? expect.fail('the group runs here'))
      expect(submitted).to.deep.equal(['o-1'])
    } finally {
      go('done')
      await slow
    }
  })

  it('holds nobody up whose original has gone, and comes to an end where clocks contradict the streams', async () => {
    const { sweep, submitted, streams } = deskInMemory()
    const at = (seconds: number) => new Date(seconds * 1_000)
    streams.park(group, undefined, waits)
    streams.park(group, eventOf('a', 1, { created: at(10) }), waits)
    streams.park(group, eventOf('a', 2, { created: at(5) }), waits)
    streams.park(group, eventOf('a', 0, { stream: 'payment-a', id: 'paid', created: at(7) }), waits)
    await sweep(group)
    expect([...submitted].sort()).to.deep.equal(['a-1', 'a-2', 'paid'])
  })
})
