import { expect } from 'chai'
import { signWebhook, verifyWebhook } from './webhook-signature.ts'

const at = new Date('2026-03-01T12:00:00.000Z')
const secondsLater = (seconds: number) => new Date(at.getTime() + seconds * 1000)
const body = Buffer.from('{"id":"evt_1","amount":1999}')
const signed = signWebhook('secret', body, at)

describe('webhook signature', () => {
  it('is the HMAC-SHA256 of the time, a dot and the body', () => {
    // printf '1772366400.{"id":"evt_1","amount":1999}' | openssl dgst -sha256 -hmac secret
    expect(signed).to.equal('t=1772366400,v1=0d0ae9fee73e9f5bc234637a94aea64a754197e2344a40d5c04a3d69d9767051')
  })

  it('is valid for the same bytes and secret', () => {
    expect(verifyWebhook('secret', signed, body, at)).to.equal('valid')
  })

  it('is wrong for another body, secret or time', () => {
    expect(verifyWebhook('secret', signed, Buffer.from('{"id":"evt_1","amount":1}'), at)).to.equal('wrong')
    expect(verifyWebhook('other', signed, body, at)).to.equal('wrong')
    expect(verifyWebhook('secret', signed.replace('t=1772366400', 't=1772366401'), body, at)).to.equal('wrong')
  })

  it('is wrong when it is cut short or not hexadecimal', () => {
    expect(verifyWebhook('secret', signed.slice(0, -2), body, at)).to.equal('wrong')
    expect(verifyWebhook('secret', 't=1772366400,v1=zz', body, at)).to.equal('wrong')
  })

  it('is too old, or too new, beyond five minutes', () => {
    expect(verifyWebhook('secret', signed, body, secondsLater(300))).to.equal('valid')
    expect(verifyWebhook('secret', signed, body, secondsLater(301))).to.equal('too_old')
    expect(verifyWebhook('secret', signed, body, secondsLater(-301))).to.equal('too_old')
  })

  it('may be one of several', () => {
    const two = `${signWebhook('old secret', body, at)},${signed.split(',')[1] ?? ''}`
    expect(verifyWebhook('secret', two, body, at)).to.equal('valid')
    expect(verifyWebhook('old secret', two, body, at)).to.equal('valid')
  })

  for (const header of [undefined, '', 't=', 'v1=00', 't=1772366400', 't=now,v1=00', 't=-5,v1=00', '=,=']) {
    it(`is malformed as ${header === undefined ? 'a missing header' : `"${header}"`}`, () => {
      expect(verifyWebhook('secret', header, body, at)).to.equal('malformed')
    })
  }
})
