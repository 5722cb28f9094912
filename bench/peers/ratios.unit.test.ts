import { expect } from 'chai'
import { figures, own, ratio } from './ratios.ts'
import type { Result } from './results.ts'

const result = (lifecyclesPerSecond: number | null, wrongOutcome = 0): Result => ({
  acceptedPerSecond: 100,
  lifecyclesPerSecond,
  cpuMsPerOrder: 10,
  lifecycleMs: { p50: 1, p99: 2 },
  wrongOutcome,
  unfinished: 1,
  errors: { 'POST 503': 2 },
  memoryMiB: { one: 100, two: 50 },
})

const figure = (title: string) => figures.find((one) => one.title === title) ?? expect.fail(title)

describe('ratios to the peers', () => {
  const shop = [result(40), result(60), result(50)]
  const peer = [result(100), result(100), result(100)]

  it('are taken round by round, with their spread', () => {
    expect(own(figure('life cycles a second'), shop)).to.equal('50.0 (40.0–60.0)')
    expect(ratio(figure('life cycles a second'), shop, peer)).to.equal('0.50 (0.40–0.60) ×')
    expect(ratio(figure('memory (PSS), MiB'), shop, peer)).to.equal('1.00 (1.00–1.00) ×')
  })

  it('leave out rounds in which one of the two has no figure', () => {
    expect(
      ratio(figure('life cycles a second'), [result(40), undefined, result(null)], [result(80), result(1), result(1)]),
    ).to.equal('0.50 (0.50–0.50) ×')
    expect(ratio(figure('life cycles a second'), shop, [undefined])).to.equal('–')
    expect(own(figure('life cycles a second'), [undefined])).to.equal('–')
  })

  it('have nothing to say of a system that died while it was measured', () => {
    const dead = { ...result(null), cpuMsPerOrder: -25_425, memoryMiB: { one: 0 } }
    for (const title of ['CPU ms an order', 'at the low rate: CPU ms an order', 'memory (PSS), MiB']) {
      expect(own(figure(title), [dead]), title).to.equal('–')
      expect(ratio(figure(title), [dead], peer), title).to.equal('–')
    }
  })

  it('add up what went wrong, and are none where the peer had nothing of it', () => {
    expect(own(figure('wrong, unfinished, errors'), [result(1, 4)])).to.equal('7.00 (7.00–7.00)')
    const faultless = { ...result(1), unfinished: 0, errors: {} }
    expect(ratio(figure('wrong, unfinished, errors'), [result(1, 4)], [faultless])).to.equal('–')
  })
})
