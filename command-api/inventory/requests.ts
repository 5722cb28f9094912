import { z } from 'zod'
import { lineOfText, lineToCompare } from '../../domain/shared/text.ts'
import { mostUnits } from '../fields.ts'

export const receiveStockRequest = z
  .strictObject({ quantity: z.int().min(1).max(mostUnits), document: lineToCompare(100) })
  .meta({ id: 'ReceiveStock' })

export const adjustStockRequest = z
  .strictObject({
    adjustmentId: lineToCompare(100),
    delta: z
      .int()
      .min(-mostUnits)
      .max(mostUnits)
      .refine((delta) => delta !== 0, 'An adjustment by nothing is none.'),
    reason: lineOfText(500),
  })
  .meta({ id: 'AdjustStock' })
