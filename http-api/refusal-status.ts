import type { RefusalCode } from '../domain/shared/refusal.ts'

const otherStatuses: Readonly<Partial<Record<string, number>>> = {
  key_reused: 422,
  order_not_found: 404,
  refund_not_found: 404,
  notification_not_found: 404,
} satisfies { readonly [Code in RefusalCode]?: number }

/** The HTTP status of a refusal: 409, the state refuses, but for the few codes that say something else. */
export const refusalStatus = (code: string): number => otherStatuses[code] ?? 409
