import { AsyncLocalStorage } from 'node:async_hooks'
import { expect } from 'chai'
import { z } from 'zod'
import { createInMemoryStore } from '../../test/simulation/in-memory-store.ts'
import { createCodec } from './codec.ts'
import { createCommandHandling } from './handle-command.ts'

type Made = { readonly type: 'Made' }

describe('commands that wait for one stream', () => {
  it('are carried out as a part of what their own caller does', async () => {
    const doing = new AsyncLocalStorage<string>()
    const readAs: (string | undefined)[] = []
    const plain = createInMemoryStore()
    const store = {
      ...plain,
      readStream: (...asked: Parameters<typeof plain.readStream>) => {
        readAs.push(doing.getStore())
        return plain.readStream(...asked)
      },
    }
    const handling = createCommandHandling({
      store,
      codec: createCodec({ Made: { version: 1, schema: z.strictObject({}) } }),
    })
    /** Never forgets to look: each is another one. */
    const decider = () => ({
      initialState: undefined,
      decide: (): readonly Made[] => [{ type: 'Made' }],
      evolve: () => undefined,
    })
    const handle = (name: string) =>
      doing.run(name, () =>
        handling.handle(decider(), 'thing-1', undefined, {
          commandId: name,
          correlationId: name,
          causationId: name,
          actor: { type: 'system', id: 'test' },
          now: () => new Date(0),
          lookFirst: true,
        }),
      )
    await Promise.all(['a', 'b', 'c'].map(handle))
    expect([...new Set(readAs)]).to.deep.equal(['a', 'b', 'c'])
  })
})
