import { z } from 'zod'
import { skuSchema } from '../../domain/shared/sku.ts'
import { lineOfText } from '../../domain/shared/text.ts'
import { price } from '../fields.ts'

export const addProductRequest = z
  .strictObject({ sku: skuSchema, name: lineOfText(200), price })
  .meta({ id: 'AddProduct' })
export const relistProductRequest = z.strictObject({ name: lineOfText(200), price }).meta({ id: 'RelistProduct' })
export const renameProductRequest = z.strictObject({ name: lineOfText(200) }).meta({ id: 'RenameProduct' })
export const changePriceRequest = z.strictObject({ price }).meta({ id: 'ChangePrice' })
