import { z } from 'zod'

const operations = ['charge', 'cancel', 'look_up', 'refund', 'look_up_refund'] as const
export type Operation = (typeof operations)[number]

export const faultSchema = z.strictObject({
  /**
   * hang: no answer, the connection stays open · drop: the connection is closed without an answer · error: a 500 ·
   * delay: an answer after `ms` · decline: the answer is no · pend: a refund is answered by webhook after `ms`
   */
  kind: z.enum(['hang', 'drop', 'error', 'delay', 'decline', 'pend']),
  operation: z.enum(operations).optional(),
  times: z.int().positive().default(1),
  ms: z.int().nonnegative().default(1_000),
  /** `after`: what was asked for is done, and then the fault strikes. */
  when: z.enum(['before', 'after']).default('before'),
})
export type Fault = z.infer<typeof faultSchema>

export type Faults = {
  add(fault: Fault): void
  clear(): void
  /** The next fault that applies to this operation, used up once. */
  take(operation: Operation): Fault | undefined
}

export const faultList = (): Faults => {
  let waiting: Fault[] = []
  return {
    add: (fault) => {
      waiting.push(fault)
    },
    clear: () => {
      waiting = []
    },
    take: (operation) => {
      const fault = waiting.find((candidate) => candidate.operation === undefined || candidate.operation === operation)
      if (fault === undefined) return undefined
      fault.times -= 1
      if (fault.times === 0) waiting = waiting.filter((other) => other !== fault)
      return fault
    },
  }
}
