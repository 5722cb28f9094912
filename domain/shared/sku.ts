import { z } from 'zod'

export const skuPattern = /^[A-Z0-9][A-Z0-9._-]{0,39}$/

/** What a product is called everywhere; also part of stream names. */
export const skuSchema = z
  .string()
  .regex(skuPattern, 'A SKU is 1 to 40 of A-Z, 0-9, ".", "_" and "-", and begins with a letter or digit.')
