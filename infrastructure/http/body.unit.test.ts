import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import supertest from 'supertest'
import { tokenOf } from '../../test/specifications/api.ts'
import { build, good, id, key } from '../../test/specifications/things-api.ts'
import { listen } from './listen.ts'

const app = build()
const token = tokenOf('alice', ['customer'])
const json = { 'Content-Type': 'application/json' }

/** Sends these bytes; answers the status, the code, and what is wrong with the body. */
const sent = async (bytes: Buffer, headers: Readonly<Record<string, string>> = json) => {
  const response = await supertest(app)
    .post(`/v1/things/${id}`)
    .set({ ...key, ...headers, Authorization: `Bearer ${token}` })
    // As it is, and not as JSON of a buffer.
    .serialize((value: Buffer) => value as unknown as string)
    .send(bytes)
  const { status } = response
  const {
    code,
    errors,
    body: echoed,
  } = response.body as { code?: string; errors?: { message: string }[]; body?: unknown }
  return status === 200 ? echoed : [status, code, ...(errors ?? []).map(({ message }) => message)]
}
const named = (name: string) => JSON.stringify({ ...good, name })

describe('a body', () => {
  it('is UTF-8, with or without a byte order mark', async () => {
    const body = { ...good, name: 'Jörg' }
    expect(await sent(Buffer.from(named('Jörg')))).to.deep.equal(body)
    expect(await sent(Buffer.from(`\uFEFF${named('Jörg')}`))).to.deep.equal(body)
  })

  it('is refused in Latin-1: the name would be spoilt for ever', async () => {
    const refused = [400, 'invalid_request', 'This is not valid UTF-8.']
    expect(await sent(Buffer.from(named('Jörg'), 'latin1'))).to.deep.equal(refused)
    // Half a character at its end, and a surrogate as CESU-8 writes it.
    expect(await sent(Buffer.from(named('Jö')).subarray(0, 11))).to.deep.equal(refused)
    expect(await sent(Buffer.from(`{"name":"\xed\xa0\x80"}`, 'latin1'))).to.deep.equal(refused)
  })

  for (const charset of ['utf-7', 'UTF-16LE', 'utf-32', 'iso-8859-1', '"latin1"', 'utf-8; charset=utf-7', ''])
    it(`is refused as charset=${charset}`, async () => {
      const headers = { 'Content-Type': `application/json; charset=${charset}` }
      expect(await sent(Buffer.from(named('one')), headers)).to.deep.equal([415, 'unsupported_media_type'])
    })

  for (const type of [
    'application/json; charset=UTF-8',
    'application/json;charset="utf-8"',
    'Application/JSON; charset=utf8',
  ])
    it(`is taken as ${type}`, async () => {
      expect(await sent(Buffer.from(named('one')), { 'Content-Type': type })).to.deep.equal(good)
    })

  it('is taken as it is, and not compressed', async () => {
    const text = Buffer.from(named('one'))
    for (const encoding of ['gzip', 'br', 'gzip, identity'])
      expect(await sent(gzipSync(text), { ...json, 'Content-Encoding': encoding })).to.deep.equal([
        415,
        'unsupported_media_type',
      ])
    expect(await sent(text, { ...json, 'Content-Encoding': 'identity' })).to.deep.equal(good)
  })

  it('is refused beyond its limit, whether it says how long it is or not', async () => {
    const long = Buffer.from(named('x'.repeat(70_000)))
    expect(await sent(long)).to.deep.equal([413, 'body_too_large'])
    const server = await listen(app, { host: '127.0.0.1', port: 0, closeLimitMs: 100 })
    try {
      const { status } = await fetch(`${server.url}/v1/things/${id}`, {
        method: 'POST',
        headers: { ...key, ...json, Authorization: `Bearer ${token}`, Connection: 'close' },
        body: Readable.toWeb(Readable.from([long, long, long])),
        duplex: 'half',
      })
      expect(status).to.equal(413)
    } finally {
      await server.close()
    }
  })
})
