import { once } from 'node:events'
import { connect } from 'node:net'
import { expect } from 'chai'
import { listen, type Listening } from './listen.ts'

describe('what never becomes a request', () => {
  let server: Listening
  before(async () => {
    server = await listen(
      (request, response) => {
        if (request.url === '/half') response.write('half')
        request.resume().once('error', () => undefined)
      },
      { host: '127.0.0.1', port: 0, closeLimitMs: 100 },
    )
  })
  after(() => server.close())

  /** All that comes back until the connection ends; each part is sent when something has been answered to the one before. */
  const sent = async (first: string, then?: string): Promise<string> => {
    const socket = connect(server.port, '127.0.0.1')
    let answer = ''
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
    socket.write(first)
    if (then !== undefined) {
      await once(socket, 'data')
      socket.write(then)
    }
    await once(socket, 'close')
    return answer
  }
  const problem = (answer: string) => {
    const [head = '', body = ''] = answer.split('\r\n\r\n')
    expect(head).to.match(/Content-Type: application\/problem\+json/)
    expect(head).to.include(`Content-Length: ${Buffer.byteLength(body)}`)
    const { status, code, traceId } = JSON.parse(body) as { status: number; code: string; traceId: string }
    expect(traceId).to.match(/^[0-9a-f]{32}$/)
    return [head.split('\r\n', 1)[0], status, code]
  }

  it('is told why, like any other', async () => {
    expect(problem(await sent('nonsense\r\n\r\n'))).to.deep.equal(['HTTP/1.1 400 Bad Request', 400, 'invalid_request'])
    const large = `GET / HTTP/1.1\r\nHost: here\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`
    expect(problem(await sent(large))).to.deep.equal([
      'HTTP/1.1 431 Request Header Fields Too Large',
      431,
      'headers_too_large',
    ])
  })

  it('is told also where a request breaks before its answer has begun', async () => {
    const post = 'POST /whole HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\nno length\r\n'
    expect(problem(await sent(post))).to.deep.equal(['HTTP/1.1 400 Bad Request', 400, 'invalid_request'])
  })

  it('spoils no answer that has begun', async () => {
    const post = 'POST /half HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n'
    const answer = await sent(post, 'no length\r\n')
    expect(answer).to.match(/^HTTP\/1\.1 200 OK/)
    expect(answer).to.not.include('problem')
  })
})
