import { z } from 'zod'

/** What people may be to this system; `admin` may do all that `operator` may. */
export const roles = ['customer', 'operator', 'admin'] as const
export type Role = (typeof roles)[number]

/** How somebody is named in a token, in events and in tables. Control characters are in nobody's name, and PostgreSQL does not take them all. */
export const subject = z.string().max(255).regex(/^\P{Cc}+$/u, 'This is nobody\'s name.')

/** Who asks, as the token says. */
export type Principal = {
  readonly subject: string
  readonly roles: readonly Role[]
}

const impliedBy: Readonly<Record<Role, readonly Role[]>> = {
  customer: ['customer'],
  operator: ['operator', 'admin'],
  admin: ['admin'],
}

export const mayActAs = (principal: Principal, role: Role): boolean =>
  impliedBy[role].some((sufficient) => principal.roles.includes(sufficient))
