import type { Express } from 'express'
import { buildReadApi } from '../../read-api/app.ts'
import { databaseOn } from '../../read-api/database.ts'
import { positionToText } from '../../infrastructure/event-store/position.ts'
import { createRateLimit } from '../../infrastructure/http/rate-limit.ts'
import { silentLogger } from '../../infrastructure/observability/logger.ts'
import { createRegistry } from '../../infrastructure/observability/metrics.ts'
import { openPool, type Pool } from '../../infrastructure/postgres/pool.ts'
import { createStatements, upsert, type AnyTable, type RowData } from '../../infrastructure/projections/table.ts'
import { ordersTable, type OrderRow } from '../../projections/orders/table.ts'
import { productsTable } from '../../projections/catalogue/table.ts'
import { salesTable } from '../../projections/sales/table.ts'
import { stockTable } from '../../projections/inventory/table.ts'
import { timelineTable, type TimelineRow } from '../../projections/timeline/table.ts'
import { migratedTestDatabase } from '../support/postgres.ts'
import { authenticateInTests } from './api.ts'

export const at = (place: number) => positionToText({ commit: BigInt(place), prepare: BigInt(place) })
export const idOf = (place: number) => `00000000-0000-5000-8000-${String(place).padStart(12, '0')}`
export const timeOf = (place: number) => `2026-03-01T00:00:${String(place % 60).padStart(2, '0')}.000Z`

export const order = (place: number, changed: Partial<OrderRow> = {}): OrderRow => ({
  orderId: idOf(place),
  number: `N${place}`,
  customerId: 'alice',
  status: 'placed',
  reason: null,
  delayed: false,
  shortages: null,
  lines: [{ sku: 'MUG', name: 'Mug', quantity: 2, unitPrice: 900 }],
  skus: ['MUG'],
  total: 1800,
  currency: 'EUR',
  paymentStatus: 'none',
  paymentActionUrl: null,
  charge: null,
  duplicateCharges: [],
  attention: [],
  refunded: 0,
  refundedLines: [],
  disputeStatus: null,
  chargedBack: 0,
  providerPaymentId: null,
  refunds: {},
  outside: { refunds: [], disputes: [] },
  fulfilment: 'none',
  revision: 0,
  placedPosition: at(place),
  placedAt: timeOf(place),
  updatedAt: timeOf(place),
  ...changed,
})

/** An event of the `of`th order, as the shop does it by itself. */
export const happened = (place: number, of: number, type: string, changed: Partial<TimelineRow> = {}): TimelineRow => ({
  position: at(place),
  id: idOf(place),
  causationId: idOf(place - 1),
  actor: null,
  orderId: idOf(of),
  type,
  service: 'order',
  at: timeOf(place),
  data: {},
  traceId: null,
  ...changed,
})

export const readApiOn = (pool: Pool, answerLimitMs = 1_500): Express =>
  buildReadApi({
    database: databaseOn({ pool, answerLimitMs }),
    readiness: [],
    authenticate: authenticateInTests(),
    rateLimit: createRateLimit({ RATE_LIMIT_PER_SECOND: 100_000, RATE_LIMIT_BURST: 100_000 }),
    logger: silentLogger,
    registry: createRegistry({ service: 'test' }),
    freshness: { limitMs: 300 },
    checkAnswers: true,
  })

const tables: readonly AnyTable[] = [ordersTable, timelineTable, salesTable, stockTable, productsTable]

export type ReadTables = {
  readonly url: string
  readonly pool: Pool
  /** Makes the tables as the projections do, at the beginning of the log. */
  create(): Promise<void>
  write(table: AnyTable, rows: readonly RowData[]): Promise<void>
  /** Says that these tables (all of them) have come this far. */
  moveTo(place: number, names?: readonly string[]): Promise<void>
  drop(): Promise<void>
}

/** A migrated database that no projection has seen yet. */
export const readTables = async (): Promise<ReadTables> => {
  const database = await migratedTestDatabase()
  const { url } = database
  const pool = openPool({ url, applicationName: 'read-api-test', logger: silentLogger })
  return {
    url,
    pool,
    async create() {
      for (const table of tables) {
        for (const statement of createStatements(table, table.name, 1)) await pool.query(statement)
        await pool.query('insert into projection_checkpoints (name, version, generation) values ($1, 1, 1)', [
          table.name,
        ])
      }
    },
    async write(table, rows) {
      await pool.query(upsert(table, table.name), [JSON.stringify(rows)])
    },
    async moveTo(place, names = tables.map(({ name }) => name)) {
      await pool.query(
        'update projection_checkpoints set position = $1, caught_up = true, updated_at = now() where name = any($2)',
        [at(place), names],
      )
    },
    async drop() {
      await pool.end()
      await database.drop()
    },
  }
}
