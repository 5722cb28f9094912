import { expect } from 'chai'
import { judgeAppend, judgeDelete, type StreamView } from './expected-revision.ts'
import type { ExpectedRevision } from './types.ts'

/** A stream with these ids, one a revision. */
const stream = (ids: string[], over: Partial<StreamView> = {}): StreamView => ({
  current: BigInt(ids.length) - 1n,
  tombstoned: false,
  softDeleted: false,
  hasMetadata: false,
  idAt: (revision) => ids[Number(revision)],
  writtenAs: (id) => (ids.includes(id) ? BigInt(ids.indexOf(id)) : undefined),
  ...over,
})

const verdict = (view: StreamView, expected: ExpectedRevision, ...ids: string[]): string => {
  const decision = judgeAppend(view, expected, ids)
  return decision.kind === 'already_written' ? `was ${decision.revision}` : decision.kind
}

const WRONG = 'wrong_expected_version'
const none = stream([])
const abc = stream(['a', 'b', 'c'])
const deleted = stream(['a', 'b', 'c'], { softDeleted: true, hasMetadata: true })

describe('expected revision and idempotency (2.4)', () => {
  const cases: [string, StreamView, ExpectedRevision, string[], string][] = [
    ['1 tombstoned', stream(['a'], { tombstoned: true }), 'any', ['a'], 'stream_deleted'],
    ['2 exists: soft-deleted', deleted, 'stream_exists', ['x'], 'stream_deleted'],
    ['2 exists: nothing', none, 'stream_exists', ['x'], WRONG],
    ['2 exists: metadata', stream([], { hasMetadata: true }), 'stream_exists', ['x'], 'write'],
    ['3 any: new', abc, 'any', ['x', 'y'], 'write'],
    ['3 any: first new, later known', abc, 'any', ['x', 'b'], 'write'],
    ['3 any: first known, later new', abc, 'any', ['a', 'x'], WRONG],
    ['3 any: all known', abc, 'any', ['a', 'b', 'c'], 'was 2'],
    ['3 any: known, with gaps', abc, 'any', ['a', 'c'], 'was 2'],
    ['3 any: known, twice', abc, 'any', ['b', 'b'], 'was 1'],
    ['3 any: known, the other way round', abc, 'any', ['c', 'a'], 'was 0'],
    ['3 any: nothing', abc, 'any', [], 'write'],
    ['3 exists: all known', abc, 'stream_exists', ['b'], 'was 1'],
    ['4 no stream: same', abc, 'no_stream', ['a', 'b', 'c'], 'was 2'],
    ['4 no stream: a part', abc, 'no_stream', ['a'], 'was 0'],
    ['4 no stream: others', abc, 'no_stream', ['x'], WRONG],
    ['4 no stream: more than was written', abc, 'no_stream', ['a', 'b', 'c', 'd'], WRONG],
    ['4 exact: same', abc, 0n, ['b', 'c'], 'was 2'],
    ['4 exact: first differs', abc, 0n, ['x', 'c'], WRONG],
    ['4 exact: later differs', abc, 0n, ['b', 'x'], WRONG],
    ['4 exact behind: nothing', abc, 0n, [], WRONG],
    ['4 no stream: soft-deleted, new ids', deleted, 'no_stream', ['x'], 'write'],
    ['4 no stream: soft-deleted, same ids', deleted, 'no_stream', ['a'], 'was 0'],
    ['4 no stream: soft-deleted, later differs', deleted, 'no_stream', ['a', 'x'], WRONG],
    ['4 exact behind: soft-deleted', deleted, 0n, ['x'], WRONG],
    ['5 ahead', abc, 3n, ['x'], WRONG],
    ['5 at', abc, 2n, ['x'], 'write'],
    ['5 at: known ids are written again', abc, 2n, ['a'], 'write'],
    ['7 no stream: nothing', none, 'no_stream', [], 'write'],
    ['7 exact: nothing, no stream', none, 0n, [], WRONG],
  ]
  for (const [name, view, expected, ids, outcome] of cases) {
    it(`${name} ⇒ ${outcome}`, () => {
      expect(verdict(view, expected, ...ids)).to.equal(outcome)
    })
  }
})

describe('expected revision of a delete (4)', () => {
  const outcomes = (view: StreamView): string[] =>
    (['any', 'no_stream', 'stream_exists', 2n, 0n, 9n] as const).map((expected) => judgeDelete(view, expected).kind)

  it('holds for a stream that is there', () => {
    expect(outcomes(abc)).to.deep.equal(['write', WRONG, 'write', 'write', WRONG, WRONG])
  })

  it('holds for a soft-deleted one, which may be deleted again', () => {
    expect(outcomes(deleted)).to.deep.equal(['write', 'write', 'stream_deleted', 'write', WRONG, WRONG])
  })
})
