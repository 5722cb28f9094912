import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { closedLoop } from './closed-loop.ts'
import { openLoop } from './open-loop.ts'

describe('the loops of the bench', () => {
  let server: Server
  let url: string
  let atOnce = 0
  let most = 0
  before(async () => {
    server = createServer((request, response) => {
      most = Math.max(most, (atOnce += 1))
      const parts: Buffer[] = []
      request
        .on('data', (part: Buffer) => parts.push(part))
        .on('end', () => {
          setImmediate(() => {
            atOnce -= 1
            response.statusCode = request.url === '/no' ? 503 : 201
            response.end(
              `${request.method} ${request.url} ${String(request.headers['x-of'])} ${Buffer.concat(parts).toString()}`,
            )
          })
        })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(() => {
    server.close()
  })

  it('closed: makes every call once, so many at a time, and gives the answers in order', async () => {
    const { bodies, ms, perSecond } = await closedLoop(url, { count: 20, concurrency: 3, expected: 201 }, (index) => ({
      method: 'POST',
      path: `/${index}`,
      headers: { 'x-of': 'bench' },
      body: `{${index}}`,
    }))
    expect(bodies).to.deep.equal(Array.from({ length: 20 }, (_, index) => `POST /${index} bench {${index}}`))
    expect(ms).to.have.length(20)
    expect(perSecond).to.be.greaterThan(0)
    expect(most).to.be.within(1, 3)
  })

  it('closed: ends with the first answer that is not the expected one', async () => {
    const error = await closedLoop(url, { count: 3, concurrency: 1, expected: 201 }, () => ({
      method: 'GET',
      path: '/no',
      headers: {},
    })).then(
      () => expect.fail('it did not end'),
      (thrown: unknown) => String(thrown),
    )
    expect(error).to.contain('GET /no answered 503')
  })

  it('open: counts what was answered, and goes on whatever it is', async () => {
    const { statuses } = await openLoop(url, { perSecond: 200, seconds: 0.2 }, (index) => ({
      method: 'GET',
      path: index % 2 === 0 ? '/no' : '/yes',
      headers: {},
    }))
    const [refused = 0, accepted = 0] = [statuses.get(503), statuses.get(201)]
    expect(refused).to.be.greaterThan(0)
    expect(refused - accepted).to.be.within(0, 1)
    expect([...statuses.keys()].sort()).to.deep.equal([201, 503])
  })

  it('open: counts a call that nobody answers', async () => {
    const { statuses } = await openLoop('http://127.0.0.1:1', { perSecond: 100, seconds: 0.1 }, () => ({
      method: 'GET',
      path: '/',
      headers: {},
    }))
    expect([...statuses.keys()]).to.deep.equal([0])
  })
})
