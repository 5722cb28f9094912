import { expect } from 'chai'
import { createAdmission } from './admission.ts'
import { HttpFault } from './problem.ts'

const settled = () =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })

const watched = () => {
  const set = { time: 0, backlog: 0, measured: 0, lot: 0, warnings: [] as string[], fails: false }
  const admission = createAdmission({
    thresholdMs: 5_000,
    detail: 'Behind. This says nothing about an earlier request: repeat it.',
    now: () => set.time,
    random: () => set.lot,
    backlogMs: async () => {
      set.measured += 1
      if (set.fails) throw new Error('away')
      return set.backlog
    },
    warn: (message) => set.warnings.push(message),
  })
  /** One request; undefined when it was let in. */
  const ask = (lot: number): HttpFault | undefined => {
    set.lot = lot
    try {
      admission.admit()
      return undefined
    } catch (error) {
      return error instanceof HttpFault ? error : undefined
    }
  }
  /** Seconds pass, each with requests. */
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) {
      set.time += 1_000
      ask(1)
      await settled()
    }
  }
  return { set, admission, ask, pass }
}

describe('admission', () => {
  it('lets everybody in up to the threshold, nobody from twice as much, and a share in between', async () => {
    for (const [backlog, share] of [
      [5_000, 0],
      [7_500, 0.5],
      [10_000, 1],
      [60_000, 1],
    ] as const) {
      const { set, admission, pass } = watched()
      set.backlog = backlog
      await pass(20)
      expect(admission.share()).to.be.closeTo(share, 1e-9)
    }
  })

  it('moves by a tenth a second at the most, up and down', async () => {
    const { set, admission, pass } = watched()
    await pass(1)
    set.backlog = 60_000
    const shares: number[] = []
    for (let second = 0; second < 3; second += 1) {
      await pass(1)
      shares.push(admission.share())
    }
    set.backlog = 0
    await pass(1)
    shares.push(admission.share())
    expect(shares.map((share) => Number(share.toFixed(3)))).to.deep.equal([0.1, 0.2, 0.3, 0.2])
  })

  it('is decided by lot for each request, says when to come again, and that it says nothing of an earlier one', async () => {
    const { set, ask, pass } = watched()
    set.backlog = 7_500
    await pass(20)
    expect(ask(0.51)).to.equal(undefined)
    const refused = ask(0.49)
    expect([refused?.status, refused?.code]).to.deep.equal([503, 'overloaded'])
    expect(Number(refused?.options.headers?.['Retry-After'])).to.be.within(2, 8)
    expect(ask(0)?.options.headers?.['Retry-After']).not.to.equal(refused?.options.headers?.['Retry-After'])
    expect(refused?.message).to.include('repeat it')
  })

  it('measures once a second at the most, and only while requests come', async () => {
    const { set, ask } = watched()
    for (let n = 0; n < 100; n += 1) ask(1)
    await settled()
    expect(set.measured).to.equal(1)
    set.time = 999
    ask(1)
    expect(set.measured).to.equal(1)
    set.time = 60_000
    await settled()
    expect(set.measured).to.equal(1)
    ask(1)
    expect(set.measured).to.equal(2)
  })

  it('stays as it was while the backlog cannot be measured', async () => {
    const { set, admission, pass } = watched()
    set.backlog = 10_000
    await pass(3)
    const before = admission.share()
    set.fails = true
    await pass(3)
    expect(admission.share()).to.equal(before)
    expect(set.warnings).to.have.length(3)
  })
})
