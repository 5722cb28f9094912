import { jsonEvent } from '@eventstore/db-client'
import { expect } from 'chai'
import { closedAfterEach } from '../../../test/event-store/closed-after-each.ts'
import { counted } from '../../../test/event-store/counting.ts'
import { appended } from '../../../test/event-store/scripted-answers.ts'

describe('user and password in the address of a server without TLS', () => {
  const opening = closedAfterEach()
  const named = (url: string) => `${url.replace('esdb://', 'esdb://ops:secret@')}&connectionName=shop`

  it('are left out by the client without a word', async () => {
    const server = await opening.scriptedServer()
    server.script.append = appended(0n, 9n)
    await opening.bareClient(named(server.url)).appendToStream('order-1', jsonEvent({ type: 'Counted', data: {} }))
    expect(server.askedBy).to.deep.equal(['append shop'])
  })

  it('are left out by the adapter, which says so', async () => {
    const server = await opening.scriptedServer()
    server.script.append = appended(0n, 9n)
    const warnings: string[] = []
    const store = await opening.adapter({ url: named(server.url), warn: (message) => warnings.push(message) })
    await store.append('order-1', [counted(0)], 'no_stream')
    expect(server.askedBy).to.deep.equal(['append shop'])
    expect(warnings).to.deep.equal(['user and password are not sent: the event store is spoken to without TLS'])
  })
})
