import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { jsonCalls } from './json-calls.ts'

describe('a call in JSON', () => {
  it('is given up when its answer does not come to an end', async () => {
    const ended = Promise.withResolvers<void>()
    const server = createServer((_request, response) => {
      response.on('close', () => {
        ended.resolve()
      })
      response.write('"')
      const more = () => {
        if (!response.closed) response.write('x'.repeat(100_000), more)
      }
      more()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const calls = jsonCalls(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const answer = await calls.call({ method: 'GET', path: '/' }, new AbortController().signal).catch(String)
    expect(answer).to.equal('Error: an answer of more than 1000000 characters')
    await ended.promise
    calls.close()
    server.close()
  })
})
