import { AsyncLocalStorage } from 'node:async_hooks'
import { expect } from 'chai'
import { createRoom } from './room.ts'

describe('a room', () => {
  it('begins what has waited as a part of what it came with, whoever has made room for it', async () => {
    const doing = new AsyncLocalStorage<string>()
    const begunAs: (string | undefined)[] = []
    const room = createRoom({ atOnce: 1, waiting: 3 })
    const over = Promise.withResolvers<undefined>()
    const enter = (name: string, ahead = false) =>
      doing.run(name, () =>
        room.enter(
          {
            run: async () => {
              begunAs.push(doing.getStore())
              await over.promise
            },
            leave: () => undefined,
          },
          { ahead },
        ),
      )
    for (const name of ['first', 'second']) enter(name)
    enter('ahead', true)
    over.resolve(undefined)
    while (begunAs.length < 3)
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
    await room.close()
    expect(begunAs).to.deep.equal(['first', 'ahead', 'second'])
  })
})
