import { AsyncLocalStorage } from 'node:async_hooks'
import { expect } from 'chai'
import { positionToText } from '../infrastructure/event-store/position.ts'
import { createFreshness } from './freshness.ts'

describe('waiting for a position', () => {
  it('is looked up as a part of no request, since the looks are for all', async () => {
    const doing = new AsyncLocalStorage<string>()
    const position = { commit: 1n, prepare: 1n }
    const lookedAs: (string | undefined)[] = []
    const answer = { rows: [{ name: 'orders', position: positionToText(position) }] }
    const freshness = createFreshness({
      query: async () => ({ rows: [] }),
      ask: async () => {
        lookedAs.push(doing.getStore())
        // All that is read of it.
        return answer as never
      },
    })
    await doing.run('a request', () => freshness.atLeast(position, ['orders']))
    expect(lookedAs).to.deep.equal([undefined])
  })
})
