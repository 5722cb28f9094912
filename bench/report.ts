import Table from 'cli-table3'
import { median, percentile, spread } from 'eventstoredb-compatible-server/source/bench/statistics'
import type { InTurn } from './in-turn.ts'
import type { LifeCycleFigures } from './measure-life-cycles.ts'
import type { OverloadFigures } from './measure-overload.ts'
import type { RouteFigures } from './measure-routes.ts'
import type { LifeCycles } from './order-life-cycles.ts'
import { columns, total, type Cost, type Costs } from './shop-costs.ts'

const plain = { head: [], border: [] }
const noLinesBetween = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' }

const milliseconds = (
  rounds: readonly LifeCycles[],
  which: 'confirmedMs' | 'visibleMs',
): { readonly p50: number; readonly p99: number } => {
  const all = rounds.flatMap((round) => round[which])
  return { p50: percentile(all, 0.5), p99: percentile(all, 0.99) }
}

const workload = (rounds: readonly LifeCycles[], bare: readonly number[]) => {
  const rates = rounds.map(({ perSecond }) => perSecond)
  const ratios = rates.map((rate, index) => rate / (bare[index] ?? Number.NaN))
  return {
    perSecond: { median: median(rates), all: rates },
    ratio: { median: median(ratios), all: ratios },
    postToConfirmedMs: milliseconds(rounds, 'confirmedMs'),
    postToVisibleMs: milliseconds(rounds, 'visibleMs'),
  }
}

const entries = (costs: Costs): Readonly<Record<string, Cost>> =>
  Object.fromEntries([...costs, ['together', total(costs)]])

/** The figures of the life cycles as they go into the JSON. */
export const lifeCycleJson = (figures: LifeCycleFigures) => ({
  warmUp: figures.warmUp,
  hot: workload(figures.rounds.hot, figures.bareAppends),
  wide: workload(figures.rounds.wide, figures.bareAppends),
  bareAppendsOrdersPerSecond: { median: median(figures.bareAppends), all: figures.bareAppends },
  eventsAnOrder: figures.eventsAnOrder,
  anOrder: entries(figures.anOrder),
  idleASecond: entries(figures.idleASecond),
  driverCpuMsAnOrder: figures.driverCpuMsAnOrder,
  memoryMebibytes: Object.fromEntries(figures.memory),
  waitsInARow: figures.waitsInARow,
  steps: figures.steps,
})

/** Small counts with what lies behind the point; nothing for what a process does not do. */
const shown = (value: number | undefined): string => {
  if (value === undefined || Math.abs(value) < 0.005) return ''
  return value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2)
}

const costTable = (costs: Costs): string => {
  const sum = total(costs)
  const table = new Table({
    head: ['', ...costs.keys(), 'together'],
    style: plain,
    chars: noLinesBetween,
    colAligns: ['left', ...[...costs.keys(), ''].map(() => 'right' as const)],
  })
  for (const [name, title] of Object.entries(columns) as [keyof Cost, string][]) {
    if (shown(sum[name]) !== '')
      table.push([title, ...[...costs.values()].map((cost) => shown(cost[name])), shown(sum[name])])
  }
  return table.toString()
}

export const lifeCycleReport = (figures: LifeCycleFigures): readonly string[] => {
  const { rounds, bareAppends: bare, anOrder, idleASecond, memory, waitsInARow, steps, driverCpuMsAnOrder } = figures
  const rates = new Table({
    head: [
      'order life cycles of',
      'a second',
      'ratio to bare appends',
      'POST→confirmed p50/p99',
      'POST→visible p50/p99',
    ],
    style: plain,
  })
  for (const [title, own] of [
    ['two hot products', rounds.hot],
    ['two of fifty', rounds.wide],
  ] as const) {
    const { perSecond, ratio, postToConfirmedMs: confirmed, postToVisibleMs: visible } = workload(own, bare)
    rates.push([
      title,
      spread(perSecond.all, 1),
      spread(ratio.all, 2),
      `${confirmed.p50} / ${confirmed.p99} ms`,
      `${visible.p50} / ${visible.p99} ms`,
    ])
  }
  const bytes = [...memory.values()].reduce((sum, one) => sum + one, 0)
  return [
    rates.toString(),
    `Bare appends (${figures.eventsAnOrder} an order, one after another): ${spread(bare, 1)} orders a second.`,
    '',
    'An order of two of fifty products, everything that went on meanwhile included:',
    costTable(anOrder),
    `The driver itself: ${driverCpuMsAnOrder.toFixed(1)} ms of CPU an order.`,
    ...(memory.size === 0
      ? []
      : [
          `Memory (PSS) under load: ${bytes.toFixed(0)} MiB: ${[...memory].map(([name, one]) => `${name} ${one.toFixed(0)}`).join(', ')}.`,
        ]),
    `Waits in a row, as the budget counts them: ${waitsInARow.toTheAnswer ?? '?'} to the answer to the POST, ${waitsInARow.toTheDecision ?? '?'} to confirmed.`,
    `Medians by step: ${steps.map(({ from, to, medianMs }) => `${from} → ${to} ${medianMs} ms`).join(', ')}.`,
    '',
    'When nothing is ordered, a second:',
    costTable(idleASecond),
  ]
}

const titles = {
  accepting:
    'POST /v1/orders accepted a second (processors and projections held), against a bare route that appends one event',
  looking: 'GET /v1/orders/{id} a second, against a bare route with a token check and one select',
  oneSku: 'reservations of one SKU a second that wait together, against one after another',
} as const

/** What is measured in turn with something that does less. */
export type Ratios = RouteFigures & { readonly oneSku?: InTurn }

export const ratioReport = (figures: Ratios): readonly string[] => {
  const table = new Table({ head: ['', 'the shop', 'against', 'ratio'], style: plain })
  for (const name of ['accepting', 'looking', 'oneSku'] as const) {
    const figure = figures[name]
    if (figure !== undefined)
      table.push([titles[name], spread(figure.shop, 0), spread(figure.bare, 0), spread(figure.ratios, 2)])
  }
  return table.length === 0 ? [] : [table.toString()]
}

export const ratioJson = (figures: Ratios) =>
  Object.fromEntries(
    Object.entries(figures).map(([name, { shop, bare, ratios }]) => [
      name,
      {
        shopPerSecond: { median: median(shop), all: shop },
        barePerSecond: { median: median(bare), all: bare },
        ratio: { median: median(ratios), all: ratios },
      },
    ]),
  )

const percent = (shares: readonly number[]): string =>
  `${spread(
    shares.map((share) => share * 100),
    0,
  )} %`

export const overloadReport = ({
  peak,
  goodput,
  ratios,
  sent,
  acceptedShare,
  refusedShare,
  lost,
  driverShare,
}: OverloadFigures): readonly string[] => [
  `Overload: ${spread(goodput, 1)} orders confirmed a second while ${spread(sent, 0)} are sent, against ${spread(peak, 1)} at most: ${spread(ratios, 2)}.`,
  `Of those sent ${percent(acceptedShare)} were accepted and ${percent(refusedShare)} refused; orders that could be paid and were not confirmed: ${spread(lost, 0)}.`,
  `The driver took ${percent(driverShare)} of one core meanwhile.`,
]
