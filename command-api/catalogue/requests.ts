import { z } from 'zod'
import { skuSchema } from '../../domain/shared/sku.ts'
import { price, text } from '../fields.ts'

export const addProductRequest = z.strictObject({ sku: skuSchema, name: text(200), price }).meta({ id: 'AddProduct' })
export const changePriceRequest = z.strictObject({ price }).meta({ id: 'ChangePrice' })
