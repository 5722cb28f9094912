import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLedger } from './ledger.ts'
import type { Charge } from './records.ts'

const charge: Charge = {
  id: 'ch_1',
  idempotencyKey: 'key',
  paymentId: 'payment-1',
  orderId: 'order-1',
  amount: 1999,
  currency: 'EUR',
  method: 'card-ok',
  status: 'succeeded',
  createdAt: '2026-01-05T09:00:00.000Z',
}

describe("the payment provider's ledger", () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'payment-provider-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('has in its file what it has been told, before anybody can be answered', async () => {
    const file = join(folder, 'journal')
    const ledger = await openLedger(file)
    ledger.record({ charge })
    expect(readFileSync(file, 'utf8')).to.equal(`${JSON.stringify({ charge })}\n`)
    await ledger.close()
  })

  it('knows nothing of what it could not write', async () => {
    const ledger = await openLedger(join(folder, 'journal'))
    await ledger.close()
    expect(() => {
      ledger.record({ charge })
    }).to.throw()
    expect(ledger.charges()).to.deep.equal([])
  })
})
