import type { ShopEvent } from '../../../domain/registry.ts'
import type { Recorded } from '../../../infrastructure/event-store/codec.ts'

/** Decoded events of the shop, in the order of the log. */
export type Log = readonly Recorded<ShopEvent>[]
