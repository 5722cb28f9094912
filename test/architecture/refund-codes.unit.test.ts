import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { refundCodes } from '../../payment-providers/stripe/failure-codes.ts'
import { isTest, root, sourceFiles } from './source-files.ts'

/** Given beside those by whoever asks for a refund: the adapter, and who has it asked. */
const givenIn = ['payment-providers/stripe/refunds.ts', 'processors/perform/refund.ts']
const givenHere = sourceFiles()
  .filter((file) => !isTest(file) && givenIn.includes(file.path))
  .flatMap(({ text }) => [...text.matchAll(/kind: 'failed', code: (?:known \?\? )?'(\w+)'/g)])
  .map(([, code = '']) => code)

describe('the code of a refund that has failed', () => {
  it('is found where the refunds are asked for', () => {
    expect(givenHere).to.include.members(['request_refused', 'amount_not_supported', 'never_refunded'])
  })

  const page = readFileSync(join(root, 'docs/operations/payments.md'), 'utf8')
  const table = page.slice(page.indexOf('**A refund has failed**'), page.indexOf('**A refund that failed is not owed'))
  const rows = table.split('\n').map((row) => row.split('|')[1] ?? '')
  for (const code of new Set([...refundCodes, ...givenHere]))
    it(`${code} is one that operators are told what to do about`, () => {
      expect(rows.some((row) => row.includes(`\`${code}\``))).to.equal(true)
    })
})
