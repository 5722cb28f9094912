import { z } from 'zod'
import { lineOfText } from '../../domain/shared/text.ts'
import { linesSchema, partOfPayment } from '../fields.ts'

export const refundRequest = z
  .strictObject({
    refundId: z.uuid(),
    amount: partOfPayment.optional().meta({ description: 'In place of lines' }),
    lines: linesSchema
      .optional()
      .meta({ description: "In place of an amount: of the order's own lines, at the price that was paid for them" }),
    reason: lineOfText(500),
  })
  .superRefine(({ amount, lines }, context) => {
    if ((amount === undefined) !== (lines === undefined)) return
    context.addIssue({
      code: 'custom',
      path: ['amount'],
      message: 'Either an amount or lines, and not both.',
    })
  })
  .meta({ id: 'RefundPayment' })
export const retryRefundRequest = z.strictObject({}).meta({ id: 'RetryRefund' })
export const settleRefundRequest = z.strictObject({ note: lineOfText(500) }).meta({ id: 'SettleRefund' })
export const withdrawRefundRequest = z.strictObject({ note: lineOfText(500) }).meta({ id: 'WithdrawRefund' })

/** An operator's refund has a UUID; those that the system asks for by itself have names. */
export const refundParams = z.strictObject({
  id: z.uuid(),
  refundId: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,254}$/, 'This is not the id of a refund.'),
})
