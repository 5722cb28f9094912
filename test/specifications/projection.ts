import { expect } from 'chai'
import { shopEvents, type ShopEvent } from '../../domain/registry.ts'
import { streams } from '../../domain/shared/streams.ts'
import { uuidv5 } from '../../domain/shared/ids.ts'
import { createCodec, type Recorded } from '../../infrastructure/event-store/codec.ts'
import { positionToText, type Position } from '../../infrastructure/event-store/position.ts'
import type { Projection } from '../../infrastructure/projections/projection.ts'

const codec = createCodec(shopEvents)

/** When the nth event (from 0) of a specification was recorded, and where. */
export const timeOf = (n: number): string => new Date(Date.parse('2026-03-01T12:00:00.000Z') + n * 1_000).toISOString()
const positionOf = (n: number): Position => ({ commit: BigInt(n + 1) * 100n, prepare: BigInt(n + 1) * 100n })
export const placeOf = (n: number): string => positionToText(positionOf(n))

const streamOf = (event: ShopEvent): string => {
  switch (event.type) {
    case 'ReservationStarted':
    case 'InventoryReserved':
    case 'InventoryReservationFailed':
    case 'InventoryReleased':
    case 'InventoryCommitted':
      return streams.reservation(event.orderId)
    case 'StockReceived':
    case 'StockAdjusted':
    case 'StockReserved':
    case 'StockReleased':
    case 'StockCommitted':
      return streams.stock(event.sku)
    case 'NotificationRequested':
    case 'NotificationSent':
    case 'NotificationFailed':
      return streams.notification(event.orderId)
    case 'ProductAdded':
    case 'ProductRenamed':
    case 'ProductPriceChanged':
    case 'ProductDiscontinued':
    case 'ProductRelisted':
      return streams.product(event.sku)
    case 'PaymentProviderEventReceived':
      return streams.paymentWebhook(event.provider, event.providerEventId)
    case 'OrderPlaced':
    case 'OrderConfirmed':
    case 'OrderRejected':
    case 'OrderCancelled':
    case 'OrderDelayed':
    case 'LatePaymentDetected':
    case 'ShipmentHeld':
    case 'ShipmentReleased':
    case 'OrderShipped':
    case 'OrderDelivered':
      return streams.order(event.orderId)
    default:
      return streams.payment(event.orderId)
  }
}

/** As they come from the store: encoded and decoded, so that an event that could never be written fails here. */
export const recordedOf = (events: readonly ShopEvent[]): readonly Recorded<ShopEvent>[] => {
  const revisions = new Map<string, bigint>()
  return events.map((event, n) => {
    const stream = streamOf(event)
    const revision = (revisions.get(stream) ?? -1n) + 1n
    revisions.set(stream, revision)
    const stored = codec.encode(event, uuidv5(`event ${n}`), {
      $correlationId: 'c',
      $causationId: 'c',
      commandId: 'c',
      actor: { type: 'system', id: 'test' },
      occurredAt: timeOf(n),
    })
    const decoded = codec.decode({ ...stored, stream, revision, position: positionOf(n), created: new Date(timeOf(n)) })
    if (decoded === undefined) throw new Error(`${event.type} is not registered`)
    return decoded
  })
}

type Rows<Row> = ReadonlyMap<string, Row>

const fold = <Row>(projection: Projection<Row, ShopEvent>, events: readonly Recorded<ShopEvent>[]): Rows<Row> => {
  const rows = new Map<string, Row>()
  // Through JSON, as through the database: what does not survive that is not in the row.
  const put = (key: string, row: Row) => rows.set(key, JSON.parse(JSON.stringify(row)) as Row)
  for (const recorded of events) {
    if (!projection.streamPrefixes.some((prefix) => recorded.stream.startsWith(prefix))) continue
    for (const key of projection.keys(recorded)) {
      const before = rows.get(key)
      const next = projection.evolve(before, recorded, key)
      if (next === 'same') continue
      if (next === 'delete') rows.delete(key)
      else put(key, next)
      for (const passed of projection.passesOn?.(before, next, recorded) ?? []) {
        const sums = passed.evolve(rows.get(passed.key))
        if (sums !== 'same') put(passed.key, sums)
      }
    }
  }
  return rows
}

/** Where an event is said to be a row's beginning, no row is there yet. */
const beginAtTheBeginning = <Row>(
  projection: Projection<Row, ShopEvent>,
  events: readonly Recorded<ShopEvent>[],
): void => {
  events.forEach((recorded, n) => {
    if (!projection.streamPrefixes.some((prefix) => recorded.stream.startsWith(prefix))) return
    const rows = fold(projection, events.slice(0, n))
    for (const key of projection.keys(recorded)) {
      if (projection.begins?.(recorded, key) === true)
        expect(rows.has(key), `${recorded.event.type} begins the row ${key}`).to.equal(false)
    }
  })
}

/** All orders of up to five events; of more, each event in turn taken out and put first, and the whole turned round. */
const permutations = <Item>(items: readonly Item[]): readonly (readonly Item[])[] => {
  if (items.length > 5) {
    return [items.toReversed(), ...items.map((item, index) => [item, ...items.filter((_, other) => other !== index)])]
  }
  if (items.length < 2) return [items]
  return items.flatMap((item, index) =>
    permutations(items.filter((_, other) => other !== index)).map((rest) => [item, ...rest]),
  )
}

/**
 * Specifications of a projection: `given(...events).thenRow(key, row)`, `.thenNoRows()`, `.changesNothing()` (said of the last event).
 * Each line is a test of its own and is the last event's line; `everyEventHasALine` closes the list.
 *
 * Each says four more things without being asked: every event fits its schema; no event that begins a row finds one; each event given
 * twice leads to the same rows; and in any other order nothing throws and no row appears under another key than its own.
 */
export const specificationOf = <Row>(projection: Projection<Row, ShopEvent>) => {
  const specified = new Set<string>()
  const { key: keyColumn, columns } = projection.table

  const line = (
    events: readonly ShopEvent[],
    outcome: string,
    check: (rows: Rows<Row>, before: Rows<Row>) => void,
  ): void => {
    const last = events.at(-1)
    if (last !== undefined) specified.add(last.type)
    it(`${events.map(({ type }) => type).join(', ')} → ${outcome}`, () => {
      const recorded = recordedOf(events)
      const rows = fold(projection, recorded)
      check(rows, fold(projection, recorded.slice(0, -1)))
      beginAtTheBeginning(projection, recorded)
      expect(
        [
          ...fold(
            projection,
            recorded.flatMap((event) => [event, event]),
          ),
        ],
        'each event twice',
      ).to.deep.equal([...rows])
      for (const order of permutations(recorded)) {
        for (const [key, row] of fold(projection, order)) {
          expect(row[keyColumn], 'the row of its key').to.equal(key)
          expect(Object.keys(row as object).sort(), 'the columns of the table').to.deep.equal(
            Object.keys(columns).sort(),
          )
        }
      }
    })
  }

  return {
    given: (...events: readonly ShopEvent[]) => ({
      thenRow: (key: string, row: Row, remark = 'a row'): void =>
        line(events, remark, (rows) => {
          expect(rows.get(key)).to.deep.equal(row)
        }),
      thenNoRows: (): void =>
        line(events, 'no rows', (rows) => {
          expect([...rows]).to.deep.equal([])
        }),
      changesNothing: (): void =>
        line(events, 'changes nothing', (rows, before) => {
          expect([...rows]).to.deep.equal([...before])
        }),
    }),
    everyEventHasALine: (): void => {
      const missing = Object.keys(shopEvents).filter((type) => !specified.has(type))
      it('every event type has a line', () => {
        expect(missing).to.deep.equal([])
      })
    },
  }
}
