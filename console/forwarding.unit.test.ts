import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import { consoleUnderTest } from '../test/console/console.ts'
import { listenTo, served, type Served } from '../test/console/event-stream.ts'
import { callerOf } from '../test/specifications/api.ts'

type Answering = (request: IncomingMessage, response: ServerResponse) => void

describe('what the console hands on', () => {
  let answering: Answering
  const server = createServer((request, response) => answering(request, response))
  let url: string
  before(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(() => {
    server.close()
    server.closeAllConnections()
  })
  const targets = () => ({ command: url, read: url, processors: 'http://127.0.0.1:1', projections: url })
  const app = (answerLimitMs = 5_000) => consoleUnderTest({ targets: targets(), answerLimitMs })

  it('goes to the process that the address names, with what the caller said and nothing of their connection', async () => {
    let seen: IncomingMessage | undefined
    let body: Promise<string> | undefined
    answering = (request, response) => {
      seen = request
      body = text(request)
      response.writeHead(201, {
        'Content-Type': 'application/json',
        ETag: '"3"',
        'Set-Cookie': 'a=b',
        'Event-Position': '7',
      })
      response.end('{"told":true}')
    }
    const answer = await callerOf(app(), 'a.b.c')
      .post(
        '/api/command/v1/orders/1/cancel?a=%20b',
        { reason: 'x' },
        { 'If-Match': '"2"', Cookie: 'secret=1', 'X-Other': '1' },
      )
      .answers(201, { told: true })
    expect([seen?.method, seen?.url, await body]).to.deep.equal([
      'POST',
      '/v1/orders/1/cancel?a=%20b',
      '{"reason":"x"}',
    ])
    const { authorization, 'if-match': ifMatch, cookie, 'x-other': other, 'x-forwarded-for': by } = seen?.headers ?? {}
    expect({ authorization, ifMatch, cookie, other, by }).to.deep.equal({
      authorization: 'Bearer a.b.c',
      ifMatch: '"2"',
      cookie: undefined,
      other: undefined,
      by: '127.0.0.1',
    })
    expect([answer.headers['etag'], answer.headers['event-position'], answer.headers['set-cookie']]).to.deep.equal([
      '"3"',
      '7',
      undefined,
    ])
  })

  it('is nothing but what lies below /v1 of the four processes', async () => {
    answering = (_request, response) => void response.end('{}')
    for (const path of [
      '/api/read/metrics',
      '/api/other/v1/orders',
      '/api/read/v1/../metrics',
      '/api/read/v1/%2e%2e/metrics',
    ])
      await callerOf(app()).get(path).isRefused(404, 'not_found')
  })

  it('says which process is away, and which does not answer', async () => {
    const away = await callerOf(app()).get('/api/processors/v1/dead-letters').isRefused(502, 'upstream_unavailable')
    expect(away.headers['retry-after']).to.equal('1')
    answering = () => undefined
    await callerOf(app(50)).get('/api/read/v1/orders').isRefused(504, 'upstream_timeout')
  })

  it('refuses a body that is larger than any process takes', async () => {
    let asked = 0
    answering = (_request, response) => {
      asked += 1
      response.end()
    }
    await callerOf(app())
      .post('/api/command/v1/orders', 'x'.repeat(65 * 1_024))
      .isRefused(413, 'body_too_large')
    expect(asked).to.equal(0)
  })

  describe('as an event stream', () => {
    let place: Served
    const leaving = new AbortController()
    before(async () => {
      place = await served(consoleUnderTest({ targets: targets(), leaving: leaving.signal }))
    })
    after(() => place.close())

    it('is passed on message by message; who goes is gone over there too, and it ends with the process', async () => {
      let gone: Promise<unknown> | undefined
      let send: (textToSend: string) => void = () => undefined
      answering = (_request, response) => {
        response.writeHead(200, { 'Content-Type': 'text/event-stream' })
        send = (sent) => void response.write(sent)
        gone = once(response, 'close')
        send('event: first\ndata: 1\n\n')
      }
      const first = await listenTo(`${place.url}/api/read/v1/orders`)
      expect(await first.next()).to.deep.equal({ event: 'first', data: 1 })
      send('event: second\ndata: 2\n\n')
      expect(await first.next()).to.deep.equal({ event: 'second', data: 2 })
      first.stop()
      await gone

      const second = await listenTo(`${place.url}/api/read/v1/orders`)
      await second.next()
      leaving.abort()
      expect(await second.rest()).to.equal('')
      await gone
    })
  })
})
