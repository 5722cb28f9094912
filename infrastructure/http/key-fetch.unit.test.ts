import { generateKeyPairSync } from 'node:crypto'
import type { Socket } from 'node:net'
import { expect } from 'chai'
import {
  closingServer,
  refusingPort,
  resettingServer,
  serverSaying,
  serverThat,
  silentServer,
  unknownHost,
  type BrokenServer,
} from '../../test/support/broken-servers.ts'
import { createKeySet, fetchFrom, KeysUnavailable } from './key-set.ts'

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const keys = JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', use: 'sig' }] })
const answer = (body: string, headers: string) =>
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n${headers}\r\n\r\n${body}`
const whole = answer(keys, `Content-Length: ${keys.length}`)
const limitMs = 150

/** A byte now and then: something always comes, and never all of it. */
const drip = (socket: Socket) => {
  const left = [...whole]
  const timer = setInterval(() => socket.write(left.shift() ?? ' '), 20)
  socket.on('close', () => clearInterval(timer)).resume()
}

describe('the keys of an issuer', () => {
  /** What is known of the key by one who is asked. */
  const askedOf = (url: string) => {
    const warnings: string[] = []
    const set = createKeySet({
      fetchKeys: fetchFrom(url, limitMs),
      now: () => 0,
      warn: (message) => warnings.push(message),
    })
    return set.keyFor({ kid: 'k', type: 'ec' }).then(
      (key) => [key === undefined ? 'none' : 'a key', warnings.length],
      (error: unknown) => [error instanceof KeysUnavailable ? 'nobody can tell' : error, warnings.length],
    )
  }
  const said = (text: string, hangsUp: boolean) => () => serverSaying(text, { first: 'client', hangsUp })

  it('are known when it answers', async () => {
    const server = await said(whole, true)()
    expect(await askedOf(`http://127.0.0.1:${server.port}/`)).to.deep.equal(['a key', 0])
    await server.close()
  })

  const broken: Readonly<Record<string, () => Promise<BrokenServer>>> = {
    'says nothing': silentServer,
    'says all of it, but slowly': () => serverThat(drip),
    'hangs up': closingServer,
    'resets the connection': resettingServer,
    'says a half, and hangs up': said(whole.slice(0, -20), true),
    'says a half, and nothing more': said(whole.slice(0, -20), false),
    'says what is no JSON': said(answer('<html>', 'Content-Length: 6'), true),
    'says JSON without keys': said(answer('{}', 'Content-Length: 2'), true),
    'sends one elsewhere': said('HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n', true),
  }
  for (const [name, start] of Object.entries(broken))
    it(`are not known for now, and that is told once, when it ${name}`, async () => {
      const server = await start()
      try {
        expect(await askedOf(`http://127.0.0.1:${server.port}/`)).to.deep.equal(['nobody can tell', 1])
      } finally {
        await server.close()
      }
    })

  it('are not known for now when nobody listens, or nobody knows the name', async () => {
    for (const url of [`http://127.0.0.1:${await refusingPort()}/`, `http://${unknownHost}/`])
      expect(await askedOf(url)).to.deep.equal(['nobody can tell', 1])
  })
})
