import { AsyncLocalStorage } from 'node:async_hooks'
import { expect } from 'chai'
import { batchedCalls } from './batched-calls.ts'

describe('batched calls', () => {
  it('are sent as a part of nothing that their callers do', async () => {
    const doing = new AsyncLocalStorage<string>()
    const sentAs: (string | undefined)[] = []
    const calls = batchedCalls({
      send: async (items: readonly number[]) => {
        sentAs.push(doing.getStore())
        return items
      },
      failsForAll: () => true,
      most: 10,
      everyMs: 0,
    })
    expect(await Promise.all(['a', 'b'].map((name, item) => doing.run(name, () => calls.call(item))))).to.deep.equal([
      0, 1,
    ])
    expect(await doing.run('c', () => calls.call(2))).to.equal(2)
    expect(sentAs).to.deep.equal([undefined, undefined])
  })
})
