import { expect } from 'chai'
import { createTurns } from './turns.ts'

describe('turns at an outside', () => {
  const timed = (perSecond: number) => {
    let time = 1_000
    const sleep = async (milliseconds: number) => {
      // Who has just had a turn goes first.
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
      time += milliseconds
    }
    return { turns: createTurns(perSecond, { now: () => time, sleep }), at: () => time }
  }

  it('are so many a second, the first at once, and lanes that wait have them in turns', async () => {
    const { turns, at } = timed(4)
    const [many, few] = [turns.lane(), turns.lane()]
    const gone: [string, number][] = []
    const go = async (name: string, turn: typeof many) => {
      if (await turn()) gone.push([name, at()])
    }
    await Promise.all([go('a', many), go('b', many), go('c', many), go('d', many), go('x', few), go('y', few)])
    expect(gone.map(([name]) => name)).to.deep.equal(['a', 'x', 'b', 'y', 'c', 'd'])
    expect(gone.map(([, when]) => when)).to.deep.equal([1_000, 1_250, 1_500, 1_750, 2_000, 2_250])
  })

  it('are not used up by what is not wanted any more when its turn comes', async () => {
    const { turns, at } = timed(1)
    const turn = turns.lane()
    let isOpen = false
    const calls = Array.from({ length: 100 }, () => turn(() => !isOpen))
    expect(await calls[0]).to.equal(true)
    isOpen = true
    expect((await Promise.all(calls)).filter((taken) => taken)).to.have.length(1)
    expect(at()).to.be.at.most(2_000)
    expect(await turn()).to.equal(true)
    expect(at()).to.equal(2_000)
  })

  it('can be had without waiting where one is free, and not ahead of who waits', async () => {
    const { turns } = timed(1)
    expect([turns.takeFree(), turns.takeFree()]).to.deep.equal([true, false])
    const waits = turns.lane()()
    expect(turns.takeFree()).to.equal(false)
    expect(await waits).to.equal(true)
  })
})
