import { connect, type Socket } from 'node:net'
import { expect } from 'chai'
import { z } from 'zod'
import { callerOf } from '../../test/specifications/api.ts'
import { answers, build } from '../../test/specifications/things-api.ts'
import { until } from '../../test/support/until.ts'
import { route } from '../../http-api/route.ts'
import { listen, type Listening } from './listen.ts'
import { HttpFault } from './problem.ts'

const from = (address: string) => ({ 'X-Forwarded-For': address })

/** Takes what is signed "good"; what is asked to wait, when it is told to go on. */
const signedApp = (perMinute = 60) => {
  const state = { arrived: 0, underWay: 0, goOn: (): void => undefined }
  const told = new Promise<void>((resolve) => {
    state.goOn = resolve
  })
  const signed = route({
    method: 'post',
    path: '/v1/signed',
    tag: 'things',
    summary: 'Signed',
    answers,
    access: 'public',
    unlimited: true,
    rawBodyLimit: 1_024,
    admit: () => {
      state.arrived += 1
    },
    headers: z.object({ Signature: z.string().optional() }),
    query: z.strictObject({ wait: z.string().optional() }),
    body: z.looseObject({}),
    handle: async ({ headers, query }) => {
      if (query.wait !== undefined) {
        state.underWay += 1
        await told
      }
      if (headers.Signature !== 'good') throw new HttpFault(401, 'invalid_signature', 'It does not hold.')
      return { status: 200, body: {} }
    },
  })
  const edge = { TRUSTED_PROXIES: ['loopback'], FAILED_AUTHENTICATIONS_PER_MINUTE: perMinute }
  return { state, app: build({ routes: [signed], edge }) }
}

describe('who signs what it sends', () => {
  let server: Listening | undefined
  const sockets: Socket[] = []
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy()
    await server?.close()
    server = undefined
  })
  const listening = async (perMinute?: number) => {
    const { state, app } = signedApp(perMinute)
    server = await listen(app, { host: '127.0.0.1', port: 0, closeLimitMs: 100 })
    const { port, url } = server
    const caller = callerOf(url)
    const send = (signature: string, address: string, query = '') =>
      caller.post(`/v1/signed${query}`, {}, { Signature: signature, ...from(address) })
    return { state, port, send }
  }

  it('is not kept out by those who cannot, once it has sent something', async () => {
    const { send } = await listening()
    await send('good', '192.0.2.1').answers(200)
    for (const address of ['192.0.2.1', '192.0.2.2'])
      for (let n = 0; n < 10; n += 1) await send('bad', address).isRefused(401, 'invalid_signature')
    await send('good', '192.0.2.1').answers(200)
    await send('good', '192.0.2.2').isRefused(429, 'too_many_requests')
    await send('good', '192.0.2.3').answers(200)
  })

  it('is forgotten where it fails ten times as often as others may', async () => {
    const { state, send } = await listening(6)
    await send('good', '192.0.2.1').answers(200)
    for (let n = 0; n < 10; n += 1) await send('bad', '192.0.2.1').isRefused(401, 'invalid_signature')
    await send('good', '192.0.2.1').isRefused(429, 'too_many_requests')
    await send('good', '192.0.2.1').isRefused(429, 'too_many_requests')
    expect(state.arrived).to.equal(13)
    await send('good', '192.0.2.2').answers(200)
  })

  it('has few seats until it has shown that it can, and then others, more of them', async () => {
    const { state, send } = await listening()
    await send('good', '192.0.2.1').answers(200)
    const ask = (address: string) => send('good', address, '?wait=').answers(200)
    const strangers = Array.from({ length: 40 }, (_, n) => ask(`198.51.100.${n % 4}`))
    await until('they sit', () => (state.underWay === 16 ? true : undefined))
    const known = Array.from({ length: 80 }, () => ask('192.0.2.1'))
    await until('the known one sits', () => (state.underWay >= 80 ? true : undefined))
    const seated = state.underWay
    state.goOn()
    await Promise.all([...strangers, ...known])
    expect(seated).to.equal(16 + 64)
  })

  it('is taken for the first time while others send theirs slowly', async () => {
    const { state, port, send } = await listening()
    for (let n = 0; n < 40; n += 1) {
      const socket = connect(port, '127.0.0.1')
      // The test ends them, or the server.
      socket.on('error', () => undefined).resume()
      socket.write(
        `POST /v1/signed HTTP/1.1\r\nHost: here\r\nX-Forwarded-For: 198.51.100.${n % 2}\r\nContent-Length: 1000\r\n\r\n{`,
      )
      sockets.push(socket)
    }
    await until('all have begun', () => (state.arrived === 40 ? true : undefined))
    const first = send('good', '192.0.2.1').answers(200)
    const late = new Promise((_resolve, reject) => {
      sockets[0]?.once('end', () => reject(new Error('it was taken when they had gone')))
    })
    await Promise.race([first, late])
  })
})
