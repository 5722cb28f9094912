import Table from 'cli-table3'
import type { DeadLetter, WholeDeadLetter } from './dead-letter.ts'
import type { Result } from './retrying.ts'

const age = (seconds: number): string => {
  if (seconds < 120) return `${Math.round(seconds)} s`
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`
}

const stateOf = ({ settled, attempts, lastFailure, resolvedBefore, waiting }: DeadLetter): string => {
  const parts: string[] = []
  if (settled !== null) parts.push(`settled: ${settled.verdict}`)
  else if (attempts > 0) parts.push(lastFailure === null ? 'under way' : `retried ${attempts} ×`)
  if (waiting > 0) parts.push(`${waiting} wait behind it`)
  if (resolvedBefore.length > 0) parts.push(`came back, was ${resolvedBefore.join(', ')}`)
  return parts.join('; ')
}

const whyOf = ({ reason, code, lastFailure }: DeadLetter): string =>
  code === reason.code ? `${code}: ${reason.message}` : (lastFailure ?? code)

/** For people. */
export const deadLettersTable = (deadLetters: readonly DeadLetter[]): string => {
  if (deadLetters.length === 0) return 'No dead letters.'
  const table = new Table({
    head: ['group', 'no', 'event', 'order or key', 'why', 'tries', 'age', ''],
    style: { head: [], border: [] },
    colWidths: [null, null, null, null, 46, null, null, 26],
    wordWrap: true,
  })
  for (const deadLetter of deadLetters) {
    const { group, number, event, key, reason, attempts, ageSeconds } = deadLetter
    table.push([
      group,
      number,
      event?.type ?? '(gone)',
      key ?? '',
      whyOf(deadLetter),
      (reason.attempts ?? 0) + attempts,
      age(ageSeconds),
      stateOf(deadLetter),
    ])
  }
  return table.toString()
}

const wouldText = ({ retryWould, waitsFor, group }: WholeDeadLetter): string => {
  const { commands, events, intents, failure } = retryWould
  const would = [
    ...events.map(({ type, stream }) => `write ${type} to ${stream}`),
    ...intents.map((intent) => `begin ${intent}`),
    ...(failure === null ? [] : [`fail again: ${failure}`]),
  ]
  const asked = commands.length === 0 ? '' : `${commands.join(', ')}: `
  const after = waitsFor === null ? '' : ` (after ${group} ${waitsFor})`
  return `${asked}${would.length === 0 ? 'write nothing and begin nothing' : would.join(', then ')}${after}`
}

/** A line for each, for a dry run of many. */
export const wouldLine = (letter: WholeDeadLetter): string =>
  `${letter.group} ${letter.number} would ${wouldText(letter)}`

const line = (name: string, text: unknown): string => `${name.padEnd(8)} ${String(text)}`
const lines = (name: string, texts: readonly string[]): readonly string[] =>
  texts.map((text, index) => line(index === 0 ? name : '', text))

const eventText = ({ event }: DeadLetter): string =>
  event === null
    ? 'no longer in the store'
    : `${event.type} ${event.id}, ${event.stream}${event.revision === null ? '' : `@${event.revision}`}, ${event.recordedAt}`

const historyText = ({ number, history }: WholeDeadLetter): readonly string[] =>
  history.map(({ number: of, what, by, at, why, outcome }) =>
    [
      `${at} ${what} by ${by}${of === number ? '' : ` (as number ${of})`}`,
      ...(why === null ? [] : [`“${why}”`]),
      outcome ?? 'nothing was written down of its end',
    ].join(': '),
  )

export const wholeDeadLetterText = (whole: WholeDeadLetter): string => {
  const { group, number, reason, key, parkedAt, settled, attempts, lastFailure, waitingLetters, resolvedBefore } = whole
  return [
    line('letter', `${group} ${number}`),
    line('parked', `${parkedAt} (${age(whole.ageSeconds)} ago)`),
    line('why', `${reason.code}: ${reason.message}`),
    ...(reason.attempts === undefined
      ? []
      : [line('handled', `${reason.attempts} × by version ${reason.handlerVersion ?? '?'}`)]),
    ...(key === null ? [] : [line('key', key)]),
    line('event', eventText(whole)),
    line('retried', attempts === 0 ? 'never' : `${attempts} ×`),
    ...(lastFailure === null ? [] : [line('failure', lastFailure)]),
    line('settled', settled === null ? 'no' : `${settled.verdict} by ${settled.by}, ${settled.at}`),
    ...(typeof settled?.why === 'string' ? [line('', `“${settled.why}”`)] : []),
    ...(resolvedBefore.length === 0
      ? []
      : [line('before', `settled as ${resolvedBefore.join(', ')}, and parked again`)]),
    ...(settled === null ? [line('a retry', `would ${wouldText(whole)}`)] : []),
    line('behind', waitingLetters.length === 0 ? 'nothing waits' : waitingLetters.join(', ')),
    ...lines('history', historyText(whole)),
    ...lines(
      'order',
      whole.recent.map(({ at, type, place }) => `${at} ${type} ${place}`),
    ),
    line('data', JSON.stringify(whole.data, null, 2)),
    line('metadata', JSON.stringify(whole.metadata, null, 2)),
  ].join('\n')
}

export const resultLine = ({ group, number, settled, deadLetter, refused }: Result): string => {
  if (settled) return `${group} ${number}: settled`
  return `${group} ${number}: ${deadLetter === undefined && refused === undefined ? 'still under way' : `not settled: ${refused ?? deadLetter?.lastFailure ?? ''}`}`
}
