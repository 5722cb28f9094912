import { streamNameFilter } from '@eventstore/db-client'
import { expect } from 'chai'
import { closedAfterEach } from '../../../test/event-store/closed-after-each.ts'
import { checkpointAt, confirmed } from '../../../test/event-store/scripted-answers.ts'
import { positionFromText, positionToText, type Position } from '../position.ts'

describe('a checkpoint whose two numbers differ', () => {
  const opening = closedAfterEach()
  const checkpoint: Position = { commit: 99n, prepare: 42n }
  const script = [confirmed(), checkpointAt(checkpoint.commit, checkpoint.prepare)]

  it('comes from the client as such: whoever keeps the first alone goes on from somewhere else', async () => {
    const server = await opening.scriptedServer()
    server.script.read = script
    const client = opening.bareClient(server.url)
    const given = await new Promise<Position>((resolve) => {
      const filter = streamNameFilter({
        prefixes: ['order-'],
        checkpointReached: async (_, position) => {
          resolve(position)
        },
      })
      client.subscribeToAll({ filter }).on('error', () => undefined)
    })
    expect(given).to.deep.equal(checkpoint)
    expect(given.commit).not.to.equal(given.prepare)
  })

  it('is given back by the adapter as it came, also when it was text in between', async () => {
    const server = await opening.scriptedServer()
    server.script.read = script
    const store = await opening.adapter({ url: server.url })
    const next = async (after: Position | 'start'): Promise<Position | undefined> => {
      const ending = new AbortController()
      const from = { after, streamPrefixes: ['order-'], signal: ending.signal } as const
      for await (const message of store.subscribeToAll(from)) if (message.kind === 'checkpoint') return message.position
      return undefined
    }
    const given = await next('start')
    expect(given).to.deep.equal(checkpoint)
    const kept = positionFromText(positionToText(given ?? expect.fail('no checkpoint')))
    server.script.read = [confirmed(), checkpointAt(200n)]
    await next(kept ?? expect.fail('no position'))
    expect(server.readFrom).to.deep.equal(['start', '99/42'])
  })
})
