import { expect } from 'chai'
import { RequestFailed, type DeadLettersClient } from './client.ts'
import type { WholeDeadLetter } from './dead-letter.ts'
import { decideEach } from './decide-each.ts'
import { discarding, retrying, type Decide, type Result } from './retrying.ts'

const deadLetter = (number: string, become: Partial<WholeDeadLetter>): WholeDeadLetter => ({
  group: 'payment',
  number: Number(number),
  parkedAt: '2026-01-05T10:00:00.000Z',
  ageSeconds: 1,
  key: 'order',
  reason: { code: 'poison', message: 'bad' },
  code: 'poison',
  attempts: 1,
  lastFailure: null,
  waitsFor: null,
  waiting: 0,
  resolvedBefore: [],
  settled: null,
  event: null,
  data: {},
  metadata: {},
  history: [],
  recent: [],
  retryWould: { commands: [], events: [], intents: [], failure: null },
  waitingLetters: [],
  ...become,
})
const settled = { at: '2026-01-05T10:01:00.000Z', by: 'olga', verdict: 'retry', why: null }
const places = (...numbers: readonly string[]) => numbers.map((number) => ({ group: 'payment', number }))

/** The processors, with dead letters that become this when they are retried; what was asked of them stands in `asked`. */
const processors = (
  become: Readonly<Record<string, Partial<WholeDeadLetter> | Error>>,
  asked: string[] = [],
): DeadLettersClient => ({
  list: () => Promise.reject(new Error('not asked for here')),
  async retry(_group, number) {
    asked.push(`retry ${number}`)
    const found = become[number]
    if (found instanceof Error) throw found
  },
  async discard(_group, number, why) {
    asked.push(`discard ${number}: ${why}`)
    const found = become[number]
    if (found instanceof Error) throw found
  },
  async show(_group, number) {
    asked.push(`show ${number}`)
    return deadLetter(number, become[number] as Partial<WholeDeadLetter>)
  },
})

const outcomes = async (decide: Decide, numbers: readonly string[], apartMs = 0) => {
  const results: Result[] = []
  for await (const result of decideEach(places(...numbers), decide, apartMs)) results.push(result)
  return results.map(({ number, settled: is, deadLetter: seen, refused }) => ({
    number,
    settled: is,
    failure: seen?.lastFailure,
    refused,
  }))
}
const all = (client: DeadLettersClient, numbers: readonly string[]) =>
  outcomes(retrying(client, { settleLimitMs: 5, everyMs: 1 }), numbers)

describe('retrying dead letters with the tool', () => {
  it('goes one after the other, and tells what came of each', async () => {
    const asked: string[] = []
    expect(
      await all(processors({ 3: { settled }, 5: { lastFailure: 'poison: bad' }, 6: {} }, asked), ['3', '5', '6']),
    ).to.deep.equal([
      { number: '3', settled: true, failure: null, refused: undefined },
      { number: '5', settled: false, failure: 'poison: bad', refused: undefined },
      { number: '6', settled: false, failure: undefined, refused: undefined },
    ])
    expect(asked.slice(0, 5)).to.deep.equal(['retry 3', 'show 3', 'retry 5', 'show 5', 'retry 6'])
  })

  it('goes on behind one that is refused', async () => {
    const gone = new RequestFailed('The event is no longer in the store.', 'original_gone')
    expect(await all(processors({ 1: gone, 2: { settled } }), ['1', '2'])).to.deep.equal([
      {
        number: '1',
        settled: false,
        failure: undefined,
        refused: 'The event is no longer in the store. (original_gone)',
      },
      { number: '2', settled: true, failure: null, refused: undefined },
    ])
  })

  it('stops when nobody is there to be asked', async () => {
    const client = processors({ 1: new RequestFailed('http://127.0.0.1:3003 cannot be reached'), 2: { settled } })
    const stopped = await all(client, ['1', '2']).catch((error: unknown) => error)
    expect(stopped).to.be.instanceOf(RequestFailed)
  })

  /** Letters of one key, the first of which has its turn, as the processors answer of them; those that fail stay. */
  const ofOneKey = (order: readonly string[], failing: readonly string[] = []) => {
    const asked: string[] = []
    const standing = [...order]
    const decide: Decide = async (place) => {
      asked.push(place.number)
      const [first = ''] = standing
      if (first !== place.number)
        throw new RequestFailed('It waits.', 'waits_behind', { group: 'payment', number: Number(first) })
      const settles = !failing.includes(first)
      if (settles) standing.shift()
      return { ...place, settled: settles }
    }
    return { asked, decide }
  }
  const numbers = (count: number) => Array.from({ length: count }, (_, number) => String(number))

  it('asks twice at most for each of one key, in whatever order they were parked', async () => {
    const parked = numbers(300)
    for (const order of [parked, parked.toReversed()]) {
      const { asked, decide } = ofOneKey(order)
      const results = await outcomes(decide, parked)
      expect(results.map(({ number }) => number).toSorted()).to.deep.equal(parked.toSorted())
      expect(results.every(({ settled: is }) => is)).to.equal(true)
      expect(asked.length).to.be.at.most(2 * parked.length)
    }
  })

  it('asks once more for one of those that wait behind one that failed, and not for all', async () => {
    const parked = numbers(300)
    const { asked, decide } = ofOneKey(parked.toReversed(), ['200'])
    const results = await outcomes(decide, parked)
    expect(results.filter(({ settled: is }) => is)).to.have.length(99)
    expect(results.filter(({ refused }) => refused === 'It waits. (waits_behind)')).to.have.length(200)
    // 0 at first, and after each of the hundred that were asked for before it; these; 1 to 199; and one for all at the end.
    expect(asked).to.have.length(101 + 100 + 199 + 1)
  })

  it('asks once more for one that waited behind another of them', async () => {
    const asked: string[] = []
    const order = new Map([
      ['1', '2'],
      ['2', '3'],
      ['5', '9'],
    ])
    const decide: Decide = async (place) => {
      asked.push(place.number)
      const first = order.get(place.number)
      if (first !== undefined)
        throw new RequestFailed('It waits.', 'waits_behind', { group: 'payment', number: Number(first) })
      for (const [number, before] of order) if (before === place.number) order.delete(number)
      return { ...place, settled: true }
    }
    const results = await outcomes(decide, ['1', '2', '3', '5'])
    expect(results.map(({ number, settled: is }) => `${number} ${is ? 'settled' : 'refused'}`)).to.deep.equal([
      '3 settled',
      '2 settled',
      '1 settled',
      '5 refused',
    ])
    expect(asked.join(' ')).to.equal('1 2 3 2 1 5 5')
  })

  it('begins no more of them than it was told to', async () => {
    const began: number[] = []
    const decide: Decide = async (place) => {
      began.push(performance.now())
      return { ...place, settled: true }
    }
    await outcomes(decide, ['1', '2', '3'], 20)
    // A timer may be a millisecond early.
    expect((began[2] ?? 0) - (began[0] ?? 0)).to.be.at.least(38)
  })

  it('discards with the reason that was given', async () => {
    const asked: string[] = []
    const client = processors({ 2: new RequestFailed('It is settled.', 'already_settled') }, asked)
    const results = await outcomes(discarding(client, 'of no use'), ['1', '2'])
    expect(results.map(({ number, settled: is, refused }) => [number, is, refused])).to.deep.equal([
      ['1', true, undefined],
      ['2', false, 'It is settled. (already_settled)'],
    ])
    expect(asked).to.deep.equal(['discard 1: of no use', 'discard 2: of no use'])
  })
})
