import { z } from 'zod'

const names = z.array(z.string())
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A claim by its name (`https://app.example/roles`), else by its path (`realm_access.roles`). */
const claimAt = (payload: unknown, claim: string): unknown => {
  if (isObject(payload) && Object.hasOwn(payload, claim)) return payload[claim]
  return claim
    .split('.')
    .reduce<unknown>(
      (value, name) => (isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined),
      payload,
    )
}

/** The roles that a token names there: a list, or one text with spaces between them, as `scope` is. Undefined when there is neither. */
export const rolesIn = (payload: unknown, claim: string): readonly string[] | undefined => {
  const value = claimAt(payload, claim)
  if (typeof value === 'string') return value.split(' ').filter((name) => name !== '')
  return names.safeParse(value).data
}
