import Table from 'cli-table3'
import { spread } from 'eventstoredb-compatible-server/source/bench/statistics'
import type { MemorySample } from './behind.ts'
import type { Figures, Measured } from './measure.ts'

const style = { head: [], border: [] }

/** How many times as quick the shop should be as each. */
const goals: Readonly<Record<string, string>> = { textbook: '8', bare: '0.6' }

const told = (values: readonly (number | undefined)[], digits: number): string => {
  const there = values.filter((value) => value !== undefined)
  return there.length === 0 ? '–' : spread(there, digits)
}

/** Round by round, the first against this one. */
const ratios = ({ rounds: own }: Measured, { rounds: first }: Measured): readonly number[] =>
  own.map(({ perSecond }, round) => (first[round]?.perSecond ?? Number.NaN) / perSecond)

/** Each way's speed, and the first one's against it. */
export const tableOfWays = (measured: readonly Measured[]): string => {
  const [first] = measured
  if (first === undefined) return ''
  const table = new Table({
    head: ['', 'deliveries/s', 'consumer µs each', 'store µs each', `${first.way} against it`, 'goal'],
    style,
  })
  for (const one of measured) {
    const of = (pick: (figures: Figures) => number | undefined, digits: number) => told(one.rounds.map(pick), digits)
    table.push([
      one.way,
      of(({ perSecond }) => perSecond, 0),
      of(({ consumerUs }) => consumerUs, 1),
      of(({ storeUs }) => storeUs, 1),
      told(ratios(one, first), 2),
      first.way === 'shop' ? (goals[one.way] ?? '') : '',
    ])
  }
  return table.toString()
}

/** What an order costs by each way, and how long an event takes to its handler. */
export const tableOfSources = (measured: readonly Measured[]): string => {
  const table = new Table({
    head: ['an order', 'deliveries', 'p50 ms to the handler', 'p99 ms', 'consumer CPU ms', 'store CPU ms'],
    style,
  })
  for (const { way, rounds } of measured) {
    const of = (pick: (figures: Figures) => number | undefined, digits: number) => told(rounds.map(pick), digits)
    table.push([
      way,
      of(({ deliveries }) => deliveries, 1),
      of(({ delayP50 }) => delayP50, 1),
      of(({ delayP99 }) => delayP99, 1),
      of(({ consumerMs }) => consumerMs, 2),
      of(({ storeMs }) => storeMs, 2),
    ])
  }
  return table.toString()
}

/** Whether memory grew: the first half of the way beside the second, without the first samples, while the consumer warms up. */
export const summaryOfMemory = (memory: readonly MemorySample[]): string => {
  const warm = memory.slice(Math.floor(memory.length / 10))
  const halves = [warm.slice(0, Math.floor(warm.length / 2)), warm.slice(Math.floor(warm.length / 2))]
  const of = (pick: (sample: MemorySample) => number) =>
    halves.map((half) => spread(half.map(pick), 1)).join(' MiB, then ')
  return `heap ${of(({ heapMiB }) => heapMiB)} MiB; resident ${of(({ residentMiB }) => residentMiB)} MiB`
}
