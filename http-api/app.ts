import type { Express } from 'express'
import { buildHttpApp, type HttpAppOptions } from '../infrastructure/http/server.ts'
import { refusalStatus } from './refusal-status.ts'
import { roleRules } from './roles.ts'

/** An app of the shop's routes: by its roles, and with its refusals. */
export const buildApi = (options: Omit<HttpAppOptions, 'roleRules' | 'refusalStatus'>): Express =>
  buildHttpApp({ ...options, roleRules, refusalStatus })
