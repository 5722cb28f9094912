import { expect } from 'chai'
import { reconciledShop, type ReconciledShop } from '../../test/processors/reconciled-shop.ts'
import { startProcessorsProcess, type StartedProcess } from '../../test/processors/started-process.ts'
import { until } from '../../test/support/until.ts'

describe('the processors, with a provider that tells them nothing', function () {
  this.timeout(120_000)
  let shop: ReconciledShop
  let processors: StartedProcess | undefined

  before(async () => {
    shop = await reconciledShop()
  })
  after(async () => {
    processors?.child.kill('SIGKILL')
    await processors?.ended
    await shop.close()
  })

  it('find by themselves what was refunded in its dashboard, and measure and tell what they cannot mend', async () => {
    const order = await shop.paid()
    await shop.refundThere(order, { refundId: 'by-hand', amount: 300 })
    const lost = shop.unknownOrder()
    await shop.charge(lost)
    const started = await startProcessorsProcess({
      ...shop.environment(),
      RECONCILE_EVERY_SECONDS: '0.5',
      FOLLOW_UP_EVERY_SECONDS: '0.2',
      SMTP_URL: 'smtp://127.0.0.1:9',
      PROCESSORS_PORT: '0',
    })
    processors = started
    await until(
      'the refund is recorded',
      async () => {
        if (started.child.exitCode !== null) throw new Error(`ended: ${started.output()}`)
        return (await shop.events()).includes('ExternalRefundRecorded') ? true : undefined
      },
      { limitMs: 60_000 },
    )
    const lines = () =>
      started
        .output()
        .split('\n')
        .filter((line) => line.includes('an operator has to look'))
        // Each line of this log is an object.
        .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
    await until('it is told', () => (lines().length > 0 ? true : undefined))
    const url = /"url":"([^"]+)"/.exec(started.output())?.[1] ?? ''
    const drift = await until('it is measured again', async () => {
      const metrics = await (await fetch(`${url}/metrics`)).text()
      const sweeps = /^payment_reconciliations_total\{.*range="recent".*outcome="done".*\} (\d+)$/m.exec(metrics)?.[1]
      return Number(sweeps) >= 2 ? metrics : undefined
    })
    expect(lines().map(({ level, kind, correlationId }) => [level, kind, correlationId])).to.deep.equal([
      ['error', 'unknown_order', lost.orderId],
    ])
    expect(drift).to.match(/^payment_drift\{.*range="recent",kind="unknown_order",state="left".*\} 1$/m)
    expect(drift).to.match(
      /^payment_drift_amount\{.*range="recent",kind="unknown_order",state="left",currency="EUR".*\} 10$/m,
    )
  })
})
