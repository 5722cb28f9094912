import { connect } from 'node:net'
import { expect } from 'chai'
import { tokenOf } from '../../test/specifications/api.ts'
import { build, good, id } from '../../test/specifications/things-api.ts'
import { listen, type Listening } from './listen.ts'

const body = JSON.stringify(good)
const authorization = `Authorization: Bearer ${tokenOf('alice', ['customer'])}`

describe('requests that nobody sends by accident', () => {
  let server: Listening
  before(async () => {
    server = await listen(build(), { host: '127.0.0.1', port: 0, closeLimitMs: 100 })
  })
  after(() => server.close())

  /** Sends these lines and then this body, as they are; answers all that comes back until the connection ends. */
  const sent = (lines: readonly string[], text = ''): Promise<string> =>
    new Promise((resolve, reject) => {
      let answer = ''
      const socket = connect(server.port, '127.0.0.1', () => {
        // One byte a character, also above ASCII.
        socket.end(
          `${['Host: here', 'Connection: close', ''].reduce((all, line) => `${all}\r\n${line}`, lines.join('\r\n'))}\r\n${text}`,
          'latin1',
        )
      })
      socket
        .setTimeout(5_000, () => socket.destroy(new Error('no end')))
        .on('data', (chunk: Buffer) => {
          answer += chunk.toString('latin1')
        })
        .once('end', () => resolve(answer))
        .once('error', reject)
    })
  const post = (...headers: readonly string[]) =>
    sent(
      [
        `POST /v1/things/${id} HTTP/1.1`,
        'Content-Type: application/json',
        `Content-Length: ${body.length}`,
        ...headers,
      ],
      body,
    )
  const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1])
  const codeOf = (answer: string) => /"code":"(\w+)"/.exec(answer)?.[1]

  it('are a good one to begin with', async () => {
    expect(statusOf(await post(authorization, 'Idempotency-Key: k'))).to.equal(200)
  })

  for (const [name, ...headers] of [
    ['Authorization', authorization, `Authorization: Bearer ${tokenOf('bob', ['customer'])}`, 'Idempotency-Key: k'],
    ['Idempotency-Key', authorization, 'Idempotency-Key: k', 'idempotency-key: l'],
    ['If-Match', authorization, 'Idempotency-Key: k', 'If-Match: "1"', 'If-Match: "1"'],
    ['Content-Type', authorization, 'Idempotency-Key: k', 'Content-Type: application/json; charset=utf-7'],
  ] as const)
    it(`say ${name} twice, and are refused`, async () => {
      const answer = await post(...headers)
      expect([statusOf(answer), codeOf(answer)]).to.deep.equal([400, 'invalid_request'])
      expect(answer).to.include(`"in":"header","path":"${name}"`)
    })

  it('have a Latin-1 character where ASCII belongs, and are refused', async () => {
    const named = await post(authorization, 'Idempotency-Key: kü')
    expect([statusOf(named), codeOf(named)]).to.deep.equal([400, 'invalid_request'])
    const matched = await post(authorization, 'Idempotency-Key: k', 'If-Match: "ü"')
    expect([statusOf(matched), codeOf(matched)]).to.deep.equal([400, 'invalid_request'])
    const asked = await post(`${authorization}ü`, 'Idempotency-Key: k')
    expect([statusOf(asked), codeOf(asked)]).to.deep.equal([401, 'unauthorized'])
  })

  it('have bytes in their address that belong there by % alone, and are refused', async () => {
    const line = `POST /v1/things/${id}?limit=ü HTTP/1.1`
    const start = [line, 'Content-Type: application/json', `Content-Length: ${body.length}`]
    expect(statusOf(await sent([...start, authorization, 'Idempotency-Key: k'], body))).to.equal(400)
  })

  it('have headers that are too large, and are told so', async () => {
    const answer = await post(authorization, 'Idempotency-Key: k', `X-Large: ${'x'.repeat(20_000)}`)
    expect([statusOf(answer), codeOf(answer)]).to.deep.equal([431, 'headers_too_large'])
    expect(answer).to.include('application/problem+json')
  })

  it('say in two ways how long they are, or in one that is none, and are refused', async () => {
    const line = `POST /v1/things/${id} HTTP/1.1`
    const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
    const start = [line, 'Content-Type: application/json', authorization, 'Idempotency-Key: k']
    expect(statusOf(await sent([...start, 'Transfer-Encoding: chunked'], chunked))).to.equal(200)
    for (const headers of [
      ['Transfer-Encoding: chunked', `Content-Length: ${chunked.length}`],
      ['Content-Length: 5', 'Content-Length: 6'],
      ['Content-Length: +5'],
      ['Transfer-Encoding: xchunked'],
      ['Transfer-Encoding: chunked, identity'],
      ['Transfer-Encoding : chunked'],
    ])
      expect(statusOf(await sent([...start, ...headers], chunked)), headers.join()).to.equal(400)
    // Node takes what is in the chunks for the body; it is no JSON.
    const zipped = await sent([...start, 'Transfer-Encoding: gzip, chunked'], '2\r\n\x1f\x8b\r\n0\r\n\r\n')
    expect([statusOf(zipped), codeOf(zipped)]).to.deep.equal([400, 'invalid_request'])
  })
})
