import { expect } from 'chai'
import type { StoredRecord } from '../log/types.ts'
import { compileFilter } from './filter.ts'

const record = (stream: string, type: string): StoredRecord => ({
  position: 0n,
  stream,
  revision: 0n,
  id: '',
  type,
  isJson: true,
  created: 0n,
  data: Buffer.alloc(0),
  metadata: Buffer.alloc(0),
})
const passes = (filter: Parameters<typeof compileFilter>[0], stream: string, type: string): boolean =>
  compileFilter(filter)(record(stream, type))

describe('filters of $all (3.6)', () => {
  it('match prefixes of the stream name, any of them', () => {
    const filter = { on: 'stream', regex: '', prefixes: ['order-', 'stock-'] } as const
    expect(['order-1', 'stock-1', 'Order-1', 'an-order-1'].map((stream) => passes(filter, stream, 't'))).to.deep.equal([
      true,
      true,
      false,
      false,
    ])
  })

  it('match a regular expression anywhere in the type, before prefixes', () => {
    const filter = { on: 'type', regex: 'laced$', prefixes: ['Nope'] } as const
    expect(['OrderPlaced', 'Nope'].map((type) => passes(filter, 's', type))).to.deep.equal([true, false])
  })

  it('leave system events out by their type', () => {
    const filter = { on: 'type', regex: '^[^$].*', prefixes: [] } as const
    expect(['$metadata', 'order'].map((type) => passes(filter, 's', type))).to.deep.equal([false, true])
  })

  it('match nothing when empty', () => {
    expect(passes({ on: 'type', regex: '', prefixes: [] }, 's', 't')).to.equal(false)
  })

  it('read .NET anchors and options', () => {
    expect(passes({ on: 'type', regex: '(?i)\\Aorder', prefixes: [] }, 's', 'OrderPlaced')).to.equal(true)
    expect(passes({ on: 'type', regex: 'a\\z', prefixes: [] }, 's', 'a\n')).to.equal(false)
    expect(passes({ on: 'type', regex: 'a\\Z', prefixes: [] }, 's', 'a\n')).to.equal(true)
  })

  it('refuse a bad expression with UNKNOWN', () => {
    expect(() => compileFilter({ on: 'type', regex: '(', prefixes: [] })).to.throw('Invalid regular expression')
  })
})
