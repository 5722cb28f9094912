import { expect } from 'chai'
import { decideAll, type Progress } from './decide-all.js'

describe('deciding about many', () => {
  const run = async (stopAfter = 9) => {
    const told: Progress[] = []
    const decided: number[] = []
    const last = await decideAll([1, 2, 3], {
      decide: async (one) => {
        if (one === 2) throw new Error('no')
        decided.push(one)
      },
      nameOf: (one) => `letter ${one}`,
      wordsOf: (error) => (error as Error).message,
      told: (progress) => told.push(progress),
      stopped: () => decided.length >= stopAfter,
    })
    return { told, decided, last }
  }

  it('goes on behind one that is refused, and tells after each', async () => {
    const { told, decided, last } = await run()
    expect(decided).to.deep.equal([1, 3])
    expect(last).to.deep.equal({ done: 3, of: 3, refused: [{ of: 'letter 2', why: 'no' }], over: true })
    expect(told.map(({ done, over }) => `${done}${over ? '!' : ''}`)).to.deep.equal(['0', '1', '2', '3', '3!'])
  })

  it('stops when it is told to', async () => {
    const { decided, last } = await run(1)
    expect(decided).to.deep.equal([1])
    expect([last.done, last.over]).to.deep.equal([1, true])
  })
})
