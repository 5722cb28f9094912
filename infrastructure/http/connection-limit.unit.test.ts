import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect } from 'chai'
import { until } from '../../test/support/until.ts'
import { listen, type Listening } from './listen.ts'

const host = '127.0.0.1'

describe('the connections of a server', () => {
  let server: Listening
  const sockets: Socket[] = []
  const listening = async (connections: { all: number; ofOneAddress: number }) => {
    server = await listen((_request, response) => response.end('answered'), { host, port: 0, connections })
  }
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy()
    await server.close()
  })
  /** A connection that stays open: whether it is answered on, or closed unasked. */
  const ask = async (from = host): Promise<'answered' | 'closed'> => {
    const socket = connect({ port: server.port, host, localAddress: from })
    sockets.push(socket)
    // What is told by its end, however that comes.
    socket.on('error', () => undefined)
    socket.write('GET / HTTP/1.1\r\nHost: here\r\n\r\n')
    const ended = once(socket, 'close').then(() => 'closed' as const)
    return Promise.race([
      once(socket, 'data').then(
        () => 'answered' as const,
        () => ended,
      ),
      ended,
    ])
  }

  it('are so many, and there is room again when one ends', async () => {
    await listening({ all: 2, ofOneAddress: 10 })
    expect([await ask(), await ask(), await ask()]).to.deep.equal(['answered', 'answered', 'closed'])
    sockets[0]?.destroy()
    await until('there is room', async () => ((await ask()) === 'answered' ? true : undefined))
  })

  it('are fewer of one address, which keeps out no other', async () => {
    await listening({ all: 10, ofOneAddress: 2 })
    expect([await ask(), await ask(), await ask()]).to.deep.equal(['answered', 'answered', 'closed'])
    expect(await ask('127.0.0.2')).to.equal('answered')
    sockets[0]?.destroy()
    await until('there is room', async () => ((await ask()) === 'answered' ? true : undefined))
  })
})
