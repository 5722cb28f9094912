import { once } from 'node:events'
import { connect } from 'node:net'
import express from 'express'
import { expect } from 'chai'
import { createBodyBudget } from './body-budget.ts'
import { createRawReader } from './body.ts'
import { listen } from './listen.ts'
import { HttpFault } from './problem.ts'

describe('the bytes of bodies', () => {
  it('are kept up to so many, of one and of all, and are free again when a body is not needed any more', () => {
    const budget = createBodyBudget({ bytes: 100, bytesOfOne: 60, withinMs: 2_000 })
    const [first, second, other, third] = ['a', 'a', 'b', 'c'].map((key) => budget.allow(key))
    expect([first?.take(40), second?.take(20), second?.take(1)]).to.deep.equal([true, true, false])
    expect([other?.take(40), third?.take(1)]).to.deep.equal([true, false])
    first?.giveBack()
    expect([second?.take(40), third?.take(1)]).to.deep.equal([true, false])
    other?.giveBack()
    expect(third?.take(40)).to.equal(true)
  })

  it('have to be there in time and within what is allowed, or the body is refused', async () => {
    const read = createRawReader(1_024)
    const budget = createBodyBudget({ bytes: 100, bytesOfOne: 100, withinMs: 100 })
    const app = express().post('/', async (request, response) => {
      const allowance = budget.allow('a')
      try {
        response.json({ length: (await read(request, allowance)).raw.length })
      } catch (error) {
        if (!(error instanceof HttpFault)) throw error
        response
          .status(error.status)
          .set({ ...error.options.headers })
          .json({ code: error.code })
      } finally {
        allowance.giveBack()
      }
    })
    const server = await listen(app, { host: '127.0.0.1', port: 0, closeLimitMs: 100 })
    /** All that is answered before the connection ends; it announces 101 bytes. */
    const sent = async (bytes: string) => {
      const socket = connect(server.port, '127.0.0.1')
      let answer = ''
      socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
      socket.write(`POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 101\r\n\r\n${bytes}`)
      await once(socket, 'end')
      return answer
    }
    try {
      expect(await sent('x'.repeat(50))).to.match(/^HTTP\/1\.1 408 [^]*body_too_slow/)
      expect(await sent('x'.repeat(101))).to.match(/^HTTP\/1\.1 503 [^]*overloaded/)
      const whole = await fetch(server.url, { method: 'POST', body: 'x'.repeat(100) })
      expect(await whole.json()).to.deep.equal({ length: 100 })
    } finally {
      await server.close()
    }
  })
})
