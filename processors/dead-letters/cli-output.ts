import Table from 'cli-table3'
import type { WholeDeadLetter } from './client.ts'
import type { DeadLetter } from './dead-letter.ts'

const age = (seconds: number): string => {
  if (seconds < 120) return `${Math.round(seconds)} s`
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`
}

const stateOf = ({ settled, attempts, lastFailure }: DeadLetter): string => {
  if (settled !== null) return 'settled'
  if (attempts === 0) return ''
  return lastFailure === null ? 'under way' : `retried ${attempts} ×`
}

/** For people. */
export const deadLettersTable = (deadLetters: readonly DeadLetter[]): string => {
  if (deadLetters.length === 0) return 'No dead letters.'
  const table = new Table({
    head: ['group', 'no', 'event', 'stream', 'why', 'age', ''],
    style: { head: [], border: [] },
    colWidths: [null, null, null, null, 50],
    wordWrap: true,
  })
  for (const deadLetter of deadLetters) {
    const { group, number, event, reason, ageSeconds } = deadLetter
    table.push([
      group,
      number,
      event?.type ?? '(gone)',
      event?.stream ?? '',
      `${reason.code}: ${reason.message}`,
      age(ageSeconds),
      stateOf(deadLetter),
    ])
  }
  return table.toString()
}

export const wholeDeadLetterText = ({ data, metadata, ...deadLetter }: WholeDeadLetter): string => {
  const { group, number, event, reason, key, parkedAt, settled, attempts, lastFailure } = deadLetter
  const lines: [string, unknown][] = [
    ['letter', `${group} ${number}`],
    ['parked', `${parkedAt} (${age(deadLetter.ageSeconds)} ago)`],
    ['why', `${reason.code}: ${reason.message}`],
    [
      'handled',
      reason.attempts === undefined ? undefined : `${reason.attempts} × by version ${reason.handlerVersion ?? '?'}`,
    ],
    ['key', key],
    [
      'event',
      event === null
        ? 'no longer in the store'
        : `${event.type} ${event.id}, ${event.stream}${event.revision === null ? '' : `@${event.revision}`}, ${event.recordedAt}`,
    ],
    ['retried', attempts === 0 ? 'never' : `${attempts} ×${lastFailure === null ? '' : `, last: ${lastFailure}`}`],
    ['settled', settled === null ? 'no' : `${settled.verdict} by ${settled.by}, ${settled.at}`],
  ]
  return [
    ...lines
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([name, value]) => `${name.padEnd(8)} ${String(value)}`),
    `data     ${JSON.stringify(data, null, 2)}`,
    `metadata ${JSON.stringify(metadata, null, 2)}`,
  ].join('\n')
}
