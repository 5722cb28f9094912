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
      passes: () => false,
      pause: () => Promise.resolve(),
      apart: () => Promise.resolve(),
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

  describe('at a pace, of whoever may be away', () => {
    const tried = async (answers: readonly ('away' | 'no' | 'done')[], stopAt = Infinity) => {
      const steps: string[] = []
      const left = [...answers]
      const last = await decideAll(['a', 'b', 'c'], {
        decide: async (one) => {
          const answer = left.shift() ?? 'done'
          steps.push(`${one} ${answer}`)
          if (answer !== 'done') throw new Error(answer)
        },
        nameOf: (one) => one,
        wordsOf: (error) => (error as Error).message,
        passes: (error) => (error as Error).message === 'away',
        pause: async () => void steps.push('pause'),
        apart: async () => void steps.push('apart'),
        told: () => undefined,
        stopped: () => steps.length >= stopAt,
      })
      return { steps, last }
    }

    it('keeps them apart, and tries one again whose answer passes', async () => {
      const { steps, last } = await tried(['done', 'away', 'away', 'no'])
      expect(steps).to.deep.equal([
        ...['a done', 'apart', 'b away', 'pause', 'b away', 'pause', 'b no', 'apart', 'c done'],
      ])
      expect(last).to.deep.equal({ done: 3, of: 3, refused: [{ of: 'b', why: 'no' }], over: true })
    })

    it('ends where nobody answers any more, and says so: those behind are not said to be refused', async () => {
      const { steps, last } = await tried(['done', ...Array<'away'>(9).fill('away')])
      expect(steps.filter((step) => step === 'b away').length).to.equal(5)
      expect(last).to.deep.equal({ done: 1, of: 3, refused: [], over: true, ended: 'away' })
    })

    it('tries nothing again once it was stopped', async () => {
      const { steps } = await tried(['done', 'away'], 3)
      expect(steps).to.deep.equal(['a done', 'apart', 'b away'])
    })
  })
})
