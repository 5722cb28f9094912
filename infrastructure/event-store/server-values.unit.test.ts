import { expect } from 'chai'
import { UnusableAnswer } from './port.ts'
import {
  countOf,
  createdOf,
  eventIdOf,
  eventPositionOf,
  isEventId,
  placeOf,
  retryCountOf,
  revisionOf,
  sumOf,
} from './server-values.ts'

/** −1 and the lowest there is, as unsigned numbers. */
const minusOne = 2n ** 64n - 1n
const lowest = 2n ** 63n
const highest = 2n ** 63n - 1n
const safe = 2n ** 53n - 1n

/** What becomes of it, or 'refused'. */
const outcomeOf = (work: () => unknown): unknown => {
  try {
    return work()
  } catch (error) {
    if (error instanceof UnusableAnswer) return 'refused'
    throw error
  }
}

const table = <Value>(
  title: string,
  work: (value: Value) => unknown,
  cases: readonly (readonly [what: string, value: Value, outcome: unknown])[],
) => {
  describe(title, () => {
    for (const [what, value, outcome] of cases) {
      it(what, () => {
        expect(outcomeOf(() => work(value))).to.deep.equal(outcome)
      })
    }
  })
}

describe('what the server says', () => {
  const places: readonly (readonly [what: string, commit: bigint, prepare: bigint, isPlace: boolean])[] = [
    ['the first of all is kept', 0n, 0n, true],
    ['above 2^53 is kept', 2n ** 53n + 1n, 2n ** 53n + 1n, true],
    ['the highest there can be is kept', highest, highest, true],
    ['an earlier prepare position is kept', 5n, 0n, true],
    ['−1 is none: nothing has been read, or it is not known', minusOne, minusOne, false],
    ['−1 as a signed number is none', -1n, -1n, false],
    ['the lowest signed number is none', lowest, lowest, false],
    ['half of a −1 is none', 5n, minusOne, false],
    ['the other half of it is none', minusOne, 5n, false],
    ['more than 64 bits is none', 2n ** 64n, 0n, false],
    ['a prepare position behind its commit position is none', 5n, 6n, false],
  ]
  const position = ([what, commit, prepare]: (typeof places)[number]) => [what, { commit, prepare }] as const

  table(
    'as the position of a checkpoint, an append or a group',
    placeOf,
    places.map((place) => [...position(place), place[3] ? position(place)[1] : undefined]),
  )

  table('as the position of an event', (given: Parameters<typeof eventPositionOf>[0]) => eventPositionOf(given, 'it'), [
    ...places.map((place) => [...position(place), place[3] ? position(place)[1] : 'refused'] as const),
    ['left out is refused', undefined, 'refused'],
  ])

  table('as a revision', (revision: bigint) => revisionOf(revision, 'it'), [
    ['0 is kept', 0n, 0n],
    ['2^53 − 1 is kept', safe, safe],
    ['2^53, not to be told from its neighbour in JSON, is refused', safe + 1n, 'refused'],
    ["the tombstone's, the highest there is, is kept", highest, highest],
    ['the one before it is refused', highest - 1n, 'refused'],
    ['−1 is refused', minusOne, 'refused'],
    ['−1 as a signed number is refused', -1n, 'refused'],
    ['the lowest there is is refused', lowest, 'refused'],
  ])

  const id = '6f2f8f0c-0f4e-4ad0-9d3b-0d1b7a3f5a01'
  const ids: readonly (readonly [what: string, id: string, isId: boolean])[] = [
    ['a UUID is kept', id, true],
    ['one in capitals is kept as it is', id.toUpperCase(), true],
    ['the nil id is none', '00000000-0000-0000-0000-000000000000', false],
    ['nothing is none', '', false],
    ['text is none', 'x', false],
    ['one without dashes is none', id.replaceAll('-', ''), false],
    ['one with more behind it is none', `${id}\n`, false],
  ]
  table('as an id to answer by', isEventId, ids)
  table(
    "as an event's id",
    (given: string) => eventIdOf(given, 'it'),
    ids.map(([what, given, isId]) => [what, given, isId ? given : 'refused']),
  )

  table('as the time of a recording', (milliseconds: number) => createdOf(new Date(milliseconds)).toISOString(), [
    ['1970 is kept', 0, '1970-01-01T00:00:00.000Z'],
    [".NET's first moment is kept", -62_135_596_800_000, '0001-01-01T00:00:00.000Z'],
    ['before it is that moment', -62_135_596_800_001, '0001-01-01T00:00:00.000Z'],
    ['the last moment that RFC 3339 has is kept', 253_402_300_799_999, '9999-12-31T23:59:59.999Z'],
    ['after it is that moment', 253_402_300_800_000, '9999-12-31T23:59:59.999Z'],
    ['the last that a 64-bit number of ticks can be is that moment', 922_337_203_685_477, '9999-12-31T23:59:59.999Z'],
    ['no time at all is the beginning of 1970', NaN, '1970-01-01T00:00:00.000Z'],
    ['further than a Date goes is the beginning of 1970', Infinity, '1970-01-01T00:00:00.000Z'],
  ])

  const counts: readonly (readonly [what: string, count: number | bigint, outcome: number | undefined])[] = [
    ['0 is kept', 0, 0],
    ['2^31 − 1 is kept', 2_147_483_647, 2_147_483_647],
    ['2^53 − 1 is kept', safe, Number(safe)],
    ['2^53 is not known', safe + 1n, undefined],
    ['2^63 − 1 is not known', highest, undefined],
    ['−1 is not known', -1, undefined],
    ['−1 as an unsigned number is not known', minusOne, undefined],
    ['no number is not known', NaN, undefined],
    ['half a one is not known', 0.5, undefined],
  ]
  table('as a count', countOf, counts)
  table(
    'as a count of deliveries',
    (count: number | bigint) => retryCountOf(Number(count)),
    counts.map(([what, count, outcome]) => [`${what}: then 0`, count, outcome ?? 0]),
  )
  table('as a sum of counts', sumOf, [
    ['of none is 0', [], 0],
    ['of known ones is known', [1, 2n, 3], 6],
    ['with one that is not known is not known', [1, -1, 2], undefined],
  ])
})
