import { expect } from 'chai'
import { closedAfterEach } from '../../../test/event-store/closed-after-each.ts'
import { startProgram } from '../../../test/event-store/programs/start.ts'
import { isStillPending } from '../../../test/event-store/still-pending.ts'

describe('a process that has appended and has nothing more to do', () => {
  const opening = closedAfterEach()

  it('does not end while the client has its connection', async () => {
    const server = await opening.server()
    const program = startProgram('one-append', ['client', server.url])
    opening.also(async () => {
      program.kill()
    })
    await program.says('appended')
    expect(await isStillPending(program.ended)).to.equal(true)
  })

  it('ends by itself when the adapter is disposed of', async () => {
    const server = await opening.server()
    const { code, out } = await startProgram('one-append', ['adapter', server.url]).ended
    expect([code, out]).to.deep.equal([0, 'appended\n'])
  })
})
