import { expect } from 'chai'
import { createSeen } from './seen.ts'
import { sideBySide } from './side-by-side.ts'

const nobody = new AbortController().signal
async function* upTo(count: number) {
  for (let item = 0; item < count; item += 1) yield item
}

describe('work on a list, some at a time', () => {
  it('is never more than that', async () => {
    let [running, most, done] = [0, 0, 0]
    await sideBySide(upTo(20), 3, nobody, async () => {
      running += 1
      most = Math.max(most, running)
      await new Promise((resolve) => setImmediate(resolve))
      running -= 1
      done += 1
    })
    expect([most, done]).to.deep.equal([3, 20])
  })

  it('ends with the first error, when what was begun is over', async () => {
    const over: number[] = []
    const all = sideBySide(upTo(20), 2, nobody, async (item) => {
      await new Promise((resolve) => setImmediate(resolve))
      if (item === 0) throw new Error('broken')
      over.push(item)
    })
    expect(
      await all.then(
        () => 'done',
        ({ message }: Error) => message,
      ),
    ).to.equal('broken')
    expect(over).to.deep.equal([1])
  })

  it('ends when it is told to, and does not count as done', async () => {
    const stopping = new AbortController()
    const begun: number[] = []
    const all = sideBySide(upTo(20), 1, stopping.signal, async (item) => {
      begun.push(item)
      stopping.abort(new Error('enough'))
    })
    expect(
      await all.then(
        () => 'done',
        ({ message }: Error) => message,
      ),
    ).to.equal('enough')
    expect(begun).to.deep.equal([0])
  })
})

describe('what a sweep has seen', () => {
  it('is forgotten, oldest first, when it becomes too much', () => {
    const seen = createSeen(2)
    for (const id of ['a', 'b', 'c']) seen.add(id)
    expect(['a', 'b', 'c'].map((id) => seen.has(id))).to.deep.equal([false, true, true])
  })
})
