import { expect } from 'chai'
import { RequestFailed, type DeadLettersClient, type WholeDeadLetter } from './client.ts'
import { retryEach, type Retried } from './retrying.ts'

const deadLetter = (number: string, become: Partial<WholeDeadLetter>): WholeDeadLetter => ({
  group: 'payment',
  number: Number(number),
  parkedAt: '2026-01-05T10:00:00.000Z',
  ageSeconds: 1,
  key: 'order',
  reason: { code: 'poison', message: 'bad' },
  attempts: 1,
  lastFailure: null,
  settled: null,
  event: null,
  data: {},
  metadata: {},
  ...become,
})
const settled = { at: '2026-01-05T10:01:00.000Z', by: 'olga', verdict: 'retry' }
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
  async show(_group, number) {
    asked.push(`show ${number}`)
    return deadLetter(number, become[number] as Partial<WholeDeadLetter>)
  },
})

const all = async (client: DeadLettersClient, numbers: readonly string[]) => {
  const results: Retried[] = []
  for await (const result of retryEach(client, places(...numbers), { settleLimitMs: 5, everyMs: 1 }))
    results.push(result)
  return results.map(({ number, settled: is, deadLetter: seen, refused }) => ({
    number,
    settled: is,
    failure: seen?.lastFailure,
    refused,
  }))
}

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
})
