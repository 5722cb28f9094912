import {
  mayActAs as mayActBy,
  type Principal as PrincipalWith,
  type RoleRules,
} from '../infrastructure/http/principal.ts'

/** What people may be to the shop; `admin` may do all that `operator` may. */
export const roles = ['customer', 'operator', 'admin'] as const
export type Role = (typeof roles)[number]

/** Who asks, as the token says. */
export type Principal = PrincipalWith<Role>

export const roleRules: RoleRules<Role> = {
  customer: ['customer'],
  operator: ['operator', 'admin'],
  admin: ['admin'],
}

export const mayActAs = (principal: Principal, role: Role): boolean => mayActBy(roleRules, principal, role)
