import { once } from 'node:events'
import { connect } from 'node:net'
import { expect } from 'chai'
import { unknownHost } from '../../test/support/broken-servers.ts'
import { listen } from './listen.ts'

const host = '127.0.0.1'

describe('listening', () => {
  const refusal = (options: Parameters<typeof listen>[1]) =>
    listen((_request, response) => response.end(), options).then(
      () => undefined,
      (reason: unknown) => (reason as Error).message,
    )

  it('says which port is taken, and what to change', async () => {
    const first = await listen((_request, response) => response.end(), { host, port: 0 })
    const { port } = first
    expect(await refusal({ host, port, variable: 'SOME_PORT' })).to.equal(
      `port ${port} on ${host} is taken by somebody else; set SOME_PORT to another one`,
    )
    await first.close()
  })

  it('says that an address is none of this machine', async () => {
    for (const elsewhere of ['203.0.113.1', unknownHost])
      expect(await refusal({ host: elsewhere, port: 0 })).to.equal(
        `${elsewhere} is no address of this machine; set HOST to one, or to 0.0.0.0 for all`,
      )
  })

  it('answers and ends a connection whose head does not come in time, and not half a minute later', async function () {
    this.timeout(10_000)
    const server = await listen((_request, response) => response.end(), { host, port: 0, headersLimitMs: 100 })
    const socket = connect(server.port, host)
    socket.write('GET / HTTP/1.1\r\nHost: here\r\n')
    let answer = ''
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString()
    })
    await once(socket, 'close')
    expect(answer).to.match(/^HTTP\/1\.1 408 /)
    await server.close()
  })

  it('lets a request that is under way end, and takes no new ones', async () => {
    let answer = (): void => undefined
    const arrived = new Promise<void>((resolve) => {
      answer = resolve
    })
    let finish = (): void => undefined
    const server = await listen(
      (_request, response) => {
        finish = () => response.end('done')
        answer()
      },
      { host, port: 0 },
    )
    const asked = fetch(server.url)
    await arrived
    const closed = server.close()
    const late = await fetch(server.url).then(
      () => 'answered',
      () => 'refused',
    )
    finish()
    expect([late, await (await asked).text()]).to.deep.equal(['refused', 'done'])
    await closed
  })

  it('is not held open by a connection without a request, and cuts one off that never ends', async () => {
    let arrive = (): void => undefined
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve
    })
    const server = await listen(() => arrive(), { host, port: 0, closeLimitMs: 50 })
    const idle = connect(server.port, host)
    await once(idle, 'connect')
    const endless = fetch(server.url).then(
      () => 'answered',
      () => 'cut off',
    )
    await arrived
    await server.close()
    expect(await endless).to.equal('cut off')
    idle.destroy()
  })

  it('waits a moment for a connection that was opened in advance: it is answered once, or let go', async () => {
    const server = await listen((_request, response) => response.end('answered'), {
      host,
      port: 0,
      closeLimitMs: 600_000,
      unusedLimitMs: 500,
    })
    const [asking, silent] = [connect(server.port, host), connect(server.port, host)]
    await Promise.all([once(asking, 'connect'), once(silent, 'connect')])
    // Both are the server's by now: it has answered a connection that came after them.
    await fetch(server.url)
    const letGo = once(silent.resume(), 'close')
    const closed = server.close()
    asking.write('GET / HTTP/1.1\r\nHost: here\r\n\r\n')
    const [answer] = (await once(asking, 'data')) as [Buffer]
    expect(answer.toString()).to.include('answered')
    await Promise.all([letGo, closed])
    asking.destroy()
  })
})
