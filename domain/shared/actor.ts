import { z } from 'zod'

/** Who is behind an event: a customer, an operator, or the system itself (a process manager, a timer, the provider). */
export const actorSchema = z.strictObject({ type: z.enum(['customer', 'operator', 'system']), id: z.string().min(1) })
export type Actor = z.infer<typeof actorSchema>
