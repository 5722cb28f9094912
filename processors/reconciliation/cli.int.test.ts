import { expect } from 'chai'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { reconciledShop, type ReconciledShop } from '../../test/processors/reconciled-shop.ts'

const root = join(import.meta.dirname, '../..')

describe('npm run payments', function () {
  this.timeout(120_000)
  let shop: ReconciledShop
  before(async () => {
    shop = await reconciledShop()
  })
  after(() => shop.close())
  afterEach(() => shop.forgetEverything())

  const run = (...args: readonly string[]): Promise<{ code: number; out: string; err: string }> =>
    new Promise((resolve) => {
      const env = { PATH: process.env['PATH'], ...shop.environment() }
      const command = ['processors/reconciliation/cli.ts', 'reconcile', ...args]
      execFile(process.execPath, command, { cwd: root, env }, (error, out, err) => {
        resolve({ code: error === null ? 0 : Number(error.code), out, err })
      })
    })

  it('tells what differs, changes nothing by --dry-run, records what it can, and then finds nothing', async () => {
    const order = await shop.requested()
    await shop.charge(order)
    const dry = await run('--since', '1d', '--dry-run')
    expect([dry.code, dry.err]).to.deep.equal([1, ''])
    expect(dry.out).to.match(/paid_there .* 10\.00 EUR .* can be recorded/)
    expect(dry.out).to.include('Nothing was changed')
    expect(await shop.events()).to.deep.equal(['PaymentRequested'])

    const healing = await run('--since', '1d', '--json')
    expect(healing.code, healing.err).to.equal(0)
    expect(JSON.parse(healing.out)).to.have.deep.nested.property('differences[0]', {
      kind: 'paid_there',
      of: 'payment',
      orderId: order.orderId,
      id: (JSON.parse(healing.out) as { differences: { id: string }[] }).differences[0]?.id,
      there: { amount: 1_000, currency: 'EUR' },
      here: null,
      drift: { amount: 1_000, currency: 'EUR' },
      state: 'healed',
      refused: null,
    })
    expect(await shop.events()).to.deep.equal(['PaymentRequested', 'PaymentSucceeded'])

    const after = await run('--since', '1d')
    expect([after.code, after.out.includes('No differences.')]).to.deep.equal([0, true])
  })

  it('answers 1 while something is left for an operator, or it could not be said', async () => {
    await shop.charge(shop.unknownOrder())
    expect((await run()).code).to.equal(1)
    await shop.forgetEverything()
    await shop.stopProvider()
    const away = await run()
    expect(away.code).to.equal(1)
    expect(away.out).to.include('Stopped before the end')
  })

  it('answers 2 for what makes no sense', async () => {
    for (const args of [['--since', 'yesterday'], ['--since', '2199-01-01'], ['--no-such-thing']]) {
      const { code, out, err } = await run(...args)
      expect([code, out], args.join(' ')).to.deep.equal([2, ''])
      expect(err).not.to.equal('')
    }
  })
})
