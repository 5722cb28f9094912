import { z } from 'zod'

/**
 * How somebody is named in a token, in events and in tables. Control characters are in nobody's name, and PostgreSQL does not take them
 * all; nor half a surrogate pair, which as UTF-8 would be U+FFFD, for everybody the same.
 */
export const subject = z
  .string()
  .max(255)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u, "This is nobody's name.")

/** Who asks, as the token says. */
export type Principal<Role extends string = string> = {
  readonly subject: string
  readonly roles: readonly Role[]
}

/** For each role those of which one suffices: itself, and the ones that may do all that it may. */
export type RoleRules<Role extends string = string> = Readonly<Record<Role, readonly Role[]>>

/** A role without a rule is nobody's. */
export const mayActAs = (rules: RoleRules, principal: Principal, role: string): boolean =>
  rules[role]?.some((sufficient) => principal.roles.includes(sufficient)) ?? false
