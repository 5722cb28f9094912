import type { RefusalCode } from '../domain/shared/refusal.ts'
import { routesOf } from '../infrastructure/http/routes.ts'
import type { Role } from './roles.ts'

/** Declares a route of the shop: its roles and its refusals are the shop's. */
export const route = routesOf<Role, RefusalCode>()
