import { expect } from 'chai'
import { smtpServerOf, smtpUrlFault } from './smtp-url.ts'

describe("a mail server's URL", () => {
  const plain = { host: 'mail.example', port: 587, secure: false, requireTLS: false }
  for (const [url, server] of [
    ['smtp://mail.example', plain],
    ['smtp://mail.example:25', { ...plain, port: 25 }],
    ['smtp://[::1]:25', { ...plain, host: '::1', port: 25 }],
    ['smtp://mail.example?requireTLS=true', { ...plain, requireTLS: true }],
    ['smtps://mail.example', { ...plain, port: 465, secure: true }],
    ['smtp://me:p%40ss@mail.example', { ...plain, requireTLS: true, auth: { user: 'me', pass: 'p@ss' } }],
    ['smtp://me:p@mail.example?requireTLS=false', { ...plain, auth: { user: 'me', pass: 'p' } }],
    ['smtps://me:p@mail.example', { ...plain, port: 465, secure: true, auth: { user: 'me', pass: 'p' } }],
  ] as const) {
    it(`says how it is spoken to: ${url}`, () => {
      expect(smtpServerOf(url)).to.deep.equal(server)
    })
  }

  for (const [url, fault] of [
    ['mail.example', 'no URL'],
    ['http://mail.example', 'smtp://host'],
    ['smtp://me@mail.example', 'neither'],
    ['smtp://mail.example?requireTls=true', 'no option requireTls'],
    ['smtp://mail.example?tls.rejectUnauthorized=false', 'no option tls.rejectUnauthorized'],
    ['smtp://mail.example?requireTLS=yes', 'true or false'],
  ] as const) {
    it(`has a fault: ${url}`, () => {
      expect(smtpUrlFault(url)).to.contain(fault)
      expect(() => smtpServerOf(url)).to.throw(fault)
    })
  }
})
