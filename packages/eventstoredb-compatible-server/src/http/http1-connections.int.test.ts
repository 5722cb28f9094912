import { once } from 'node:events'
import net from 'node:net'
import { expect } from 'chai'
import { until } from '../testing/until.ts'
import { http1Connections, type Http1Connections } from './http1-connections.ts'

describe('connections of HTTP/1.1', () => {
  const sockets: net.Socket[] = []
  const served: (string | undefined)[] = []
  let port = 0
  let server: net.Server
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy()
    server.close()
  })

  /** Answers what is asked for at `/`, and nothing else. */
  const open = async (silence?: number): Promise<Http1Connections> => {
    const connections = http1Connections((request, response) => {
      served.push(request.url)
      if (request.url === '/') response.end('here')
    }, silence)
    server = net
      .createServer((socket) => {
        sockets.push(socket)
        connections.take(socket)
      })
      .listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    port = typeof address === 'object' && address !== null ? address.port : 0
    return connections
  }

  const connected = (words: string): net.Socket => {
    const socket = net
      .connect(port, '127.0.0.1')
      .on('error', () => undefined)
      .resume()
    socket.write(words)
    return socket
  }

  it('end when a request is begun and does not go on', async () => {
    await open(100)
    const socket = connected('GET / HTTP/1.1\r\nHo')
    await until('it is cut', () => socket.closed)
  })

  it('that are idle can be ended, those with a request under way stay', async () => {
    const connections = await open()
    const asked = connected('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await once(asked, 'data')
    const waiting = connected('GET /later HTTP/1.1\r\nHost: a\r\n\r\n')
    await until('its request has come', () => served.includes('/later'))
    connections.closeIdle()
    await until('the idle one is cut', () => asked.closed)
    expect(waiting.closed).to.equal(false)
  })
})
