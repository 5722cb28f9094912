import { expect } from 'chai'
import { connectEventStore } from './adapter.ts'
import type { CatchUpMessage, EventStore } from './port.ts'
import { caughtUp, checkpointAt, confirmed, startScriptedServer, type ScriptedServer } from './testing/scripted-server.ts'

const minusOne = 2n ** 64n - 1n

describe('the event store adapter, with a server that says what is not to be taken literally', () => {
  let server: ScriptedServer
  let store: EventStore
  before(async () => {
    server = await startScriptedServer()
    store = await connectEventStore({ url: server.url, readTimeoutMs: 2_000 })
  })
  after(async () => { await store.dispose(); server.close() })

  const followed = async (): Promise<readonly CatchUpMessage[]> => {
    const ending = new AbortController()
    const messages: CatchUpMessage[] = []
    for await (const message of store.subscribeToAll({ after: 'start', streamPrefixes: ['order-'], signal: ending.signal })) {
      messages.push(message)
      if (message.kind === 'caught_up') ending.abort()
    }
    return messages
  }

  it('takes a checkpoint at −1 for none: nothing has been read', async () => {
    server.reads([confirmed(), checkpointAt(minusOne), caughtUp()], 'open')
    expect(await followed()).to.deep.equal([{ kind: 'caught_up' }])
  })

  it('goes by the checkpoints that come after it', async () => {
    server.reads([confirmed(), checkpointAt(minusOne), checkpointAt(7n), caughtUp()], 'open')
    expect(await followed()).to.deep.equal([{ kind: 'checkpoint', position: { commit: 7n, prepare: 7n } }, { kind: 'caught_up' }])
  })
})
