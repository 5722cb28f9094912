import { expect } from 'chai'
import type { Group } from '../answers.d.ts'
import { Problem } from '../problem.js'
import { storesOf } from './stores.js'

const group: Group = { group: 'order', here: null, store: null, differences: [] }
const states = (...given: Parameters<typeof storesOf>) => storesOf(...given).map(({ state }) => state)

describe('the stores', () => {
  it('answer, or are away, or nobody knows', () => {
    const away = new Problem({ status: 503, code: 'store_unavailable', detail: 'The database is away.' })
    const gone = new Problem({ status: 502, code: 'upstream_unavailable', detail: '' })
    expect(states([group], undefined, undefined)).to.deep.equal(['answers', 'answers'])
    expect(states([{ ...group, problem: 'no connection' }], undefined, away)).to.deep.equal(['away', 'away'])
    expect(states(undefined, gone, gone)).to.deep.equal(['not known', 'not known'])
    expect(states([group], gone, gone)).to.deep.equal(['not known', 'not known'])
  })
})
