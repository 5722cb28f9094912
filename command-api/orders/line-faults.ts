import { z } from 'zod'
import { Refusal } from '../../domain/shared/refusal.ts'
import { refusalStatus } from '../../http-api/refusal-status.ts'
import { HttpFault, type FieldFault } from '../../infrastructure/http/problem.ts'

const factsSchema = z.object({ lines: z.array(z.object({ index: z.int(), sku: z.string() })) })

/** The fields of the request that a refusal speaks of: every line of such a SKU, not only the first. */
const faultsOf = (lines: readonly { readonly sku: string }[], refusal: Refusal): readonly FieldFault[] => {
  const facts = factsSchema.safeParse(refusal.facts)
  if (!facts.success) return []
  const concerned = new Set(facts.data.lines.map(({ sku }) => sku))
  return lines.flatMap(({ sku }, index) =>
    concerned.has(sku) ? [{ in: 'body' as const, path: `lines.${index}.sku`, message: refusal.message }] : [],
  )
}

/** What `placing` answers; a refusal that concerns lines names their fields. */
export const namingLines = async <Result>(
  lines: readonly { readonly sku: string }[],
  placing: Promise<Result>,
): Promise<Result> => {
  try {
    return await placing
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const errors = faultsOf(lines, error)
    throw errors.length === 0
      ? error
      : new HttpFault(refusalStatus(error.code), error.code, error.message, { errors, cause: error })
  }
}
