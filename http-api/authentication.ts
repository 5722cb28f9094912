import {
  createAuthentication,
  type Authenticate as AuthenticateAs,
  type AuthenticationOptions,
} from '../infrastructure/http/authentication.ts'
import { roles, type Role } from './roles.ts'

export type Authenticate = AuthenticateAs<Role>

/** Bearer tokens with the shop's roles. */
export const authenticationWith = (options: AuthenticationOptions): Authenticate =>
  createAuthentication({ ...options, roles, realm: 'orders' })
