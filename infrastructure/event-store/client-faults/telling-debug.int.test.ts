import { expect } from 'chai'
import { closedAfterEach } from '../../../test/event-store/closed-after-each.ts'
import { startProgram } from '../../../test/event-store/programs/start.ts'

describe('a process that is told to tell what the client does', () => {
  const opening = closedAfterEach()
  const env = { DEBUG: 'esdb*', NODE_ENV: 'production' }

  it('prints the password and what is stored', async () => {
    const server = await opening.server()
    const withPassword = server.url.replace('esdb://', 'esdb://ops:secret@')
    const program = startProgram('one-append', ['client', withPassword], env)
    opening.also(async () => {
      program.kill()
    })
    await program.says('appended')
    expect(program.errors()).to.include('ops:secret')
    // In base64, as it goes into the message.
    expect(program.errors()).to.include(Buffer.from(JSON.stringify({ text: 'for nobody else' })).toString('base64'))
  })

  it('does not start in production', async () => {
    const { code, out, errors } = await startProgram('one-append', ['adapter', 'esdb://ops:secret@127.0.0.1:1'], env)
      .ended
    expect([code, out]).to.deep.equal([1, ''])
    expect(errors).to.include('refused in production').and.not.include('secret')
  })
})
