import { awaitsCharge } from '../../../domain/payments/state.ts'
import { isDeepStrictEqual } from 'node:util'
import type { RowData } from '../../../infrastructure/projections/projection.ts'
import { isAtRest, standingOf } from '../../../domain/orders/at-rest.ts'
import { isPlaced } from '../../../domain/orders/order.ts'
import { allTables } from '../all-tables.ts'
import { createReadModels, type Tables } from '../read-models.ts'
import { heldLines } from './standings.ts'
import type { Quiet, Statement } from './statement.ts'
import type { Log } from './log.ts'

/** From the start, in batches of so many events. */
const rebuilt = (events: Log, batch: number): { readonly tables: Tables; readonly failures: readonly string[] } => {
  const models = createReadModels(allTables)
  for (let from = 0; from < events.length; from += batch) models.fold(events.slice(from, from + batch))
  return { tables: models.tables(), failures: models.failures() }
}

const differences = (ours: Tables, theirs: Tables, what: string): readonly string[] =>
  [...ours].flatMap(([table, rows]) => {
    const others = theirs.get(table) ?? new Map<string, RowData>()
    const keys = new Set([...rows.keys(), ...others.keys()])
    return [...keys].flatMap((key) =>
      isDeepStrictEqual(rows.get(key), others.get(key)) ? [] : [`${table} ${key} is another ${what}`],
    )
  })

/** What is shown of an order is what its own streams say. */
const againstStandings = (tables: Tables, { standings }: Quiet): readonly string[] =>
  [...standings.values()].flatMap(({ orderId, order, payment }) => {
    const row = tables.get('orders')?.get(orderId)
    if (!isPlaced(order)) return row === undefined ? [] : [`order ${orderId} is shown, and was never placed`]
    if (row === undefined) return [`order ${orderId} is not shown`]
    const shown = `${String(row['status'])}, payment ${String(row['paymentStatus'])}`
    const is = `${order.status}, payment ${payment.status}`
    return shown === is ? [] : [`order ${orderId} is shown as ${shown}, and is ${is}`]
  })

/** What is on its way by the four services' own streams is on its way by the one fold over all of them, and nothing else. */
const againstRest = (tables: Tables, { standings }: Quiet): readonly string[] =>
  [...standings.values()].flatMap(({ orderId, ...standing }) => {
    const row = tables.get('orders_in_progress')?.get(orderId)
    const { order } = standing
    const quiet =
      isPlaced(order) &&
      isAtRest({
        order: order.status,
        reservation: standing.reservation.status,
        linesHeld: heldLines({ orderId, ...standing }, 'held').length,
        payment: standingOf(standing.payment),
        notificationsOwed: [...standing.calledFor].filter(
          (key) => (standing.notifications.get(key)?.status ?? 'requested') === 'requested',
        ).length,
      })
    const isKept = isPlaced(order) && (!quiet || order.status === 'confirmed' || awaitsCharge(standing.payment))
    const says = row === undefined ? 'nothing' : row['movedAt'] === null ? 'at rest' : 'on its way'
    const should = !isKept ? 'nothing' : quiet ? 'at rest' : 'on its way'
    return says === should
      ? []
      : [`of order ${orderId} (${order.status}) the fold says ${says}, and should say ${should}`]
  })

export const readRowsAreFolds: Statement = {
  number: 8,
  says: 'a read row is the fold of its events; a rebuilt table equals the live one, however the events were cut into batches',
  whenQuiet: (quiet) => {
    const { tables, failures } = rebuilt(quiet.events, 7)
    return [
      ...failures,
      ...differences(tables, rebuilt(quiet.events, 1).tables, 'event by event'),
      ...(quiet.tables === undefined ? [] : differences(quiet.tables, tables, 'when rebuilt')),
      ...againstStandings(tables, quiet),
      ...againstRest(tables, quiet),
    ]
  },
}
