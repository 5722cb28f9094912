import { expect } from 'chai'
import { createStreamQueue } from './stream-queue.ts'

/** A queue whose turns are ended by hand: what each was given, in order. */
const heldQueue = () => {
  const turns: {
    readonly stream: string
    readonly items: readonly string[]
    readonly end: (left: readonly string[]) => void
  }[] = []
  const queue = createStreamQueue<string>(
    (stream, items) =>
      new Promise((end) => {
        turns.push({ stream, items, end })
      }),
  )
  return { queue, turns, given: () => turns.map(({ stream, items }) => `${stream}: ${items.join(' ')}`) }
}
const settled = () =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })

describe('the queue of a stream', () => {
  it('takes one turn at a time on a stream, the next with all that has come meanwhile; other streams do not wait', async () => {
    const { queue, turns, given } = heldQueue()
    for (const item of ['a1', 'a2', 'a3']) queue.add('a', item)
    queue.add('b', 'b1')
    expect(given()).to.deep.equal(['a: a1', 'b: b1'])
    turns[0]?.end([])
    await settled()
    expect(given()).to.deep.equal(['a: a1', 'b: b1', 'a: a2 a3'])
    turns[2]?.end([])
    await settled()
    queue.add('a', 'a4')
    expect(given().at(-1)).to.equal('a: a4')
  })

  it('gives what a turn has left over the next turn, before what came later', async () => {
    const { queue, turns, given } = heldQueue()
    queue.add('a', 'a1')
    queue.add('a', 'a2')
    queue.add('a', 'a3')
    turns[0]?.end([])
    await settled()
    queue.add('a', 'a4')
    turns[1]?.end(['a3'])
    await settled()
    expect(given()).to.deep.equal(['a: a1', 'a: a2 a3', 'a: a3 a4'])
  })
})
