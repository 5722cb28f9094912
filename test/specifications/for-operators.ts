import type { z } from 'zod'
import { shopEvents, type ShopEvent } from '../../domain/registry.ts'
import { visibility, type Audience } from '../../domain/visibility.ts'

/** What no customer may come to read. */
export const forOperators = 'for operators alone'

/** The event, with this in every field that is for operators and can hold it; also in those that it may lack. */
export const withWordsForOperators = <Event extends ShopEvent>(event: Event): Event => {
  const fields: Readonly<Record<string, Audience>> = visibility[event.type][1]
  const shape: Readonly<Record<string, z.ZodType>> = shopEvents[event.type].schema.shape
  const words = Object.entries(shape).flatMap(([name, schema]) =>
    fields[name] === 'operator' && schema.safeParse(forOperators).success ? [[name, forOperators]] : [],
  )
  return { ...event, ...(Object.fromEntries(words) as Partial<Event>) }
}
