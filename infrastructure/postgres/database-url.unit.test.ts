import { expect } from 'chai'
import { localhostCertificate } from '../../test/support/tls-proxy.ts'
import { databaseUrl, provesServer } from './database-url.ts'

describe("a database's address", () => {
  const { certFile } = localhostCertificate
  const faultOf = (url: string) => databaseUrl.safeParse(url).error?.issues[0]?.message

  it('may say how TLS is spoken, in words that mean one thing', () => {
    for (const [url, proves] of [
      ['postgres://shop:p%40ss@here/shop', false],
      ['postgresql://shop@here/shop?sslmode=disable', false],
      ['postgres://shop@here/shop?sslmode=no-verify', false],
      ['postgres://shop@here/shop?sslmode=verify-full', true],
      [`postgres://shop@here/shop?sslmode=verify-full&sslrootcert=${certFile}`, true],
      ['postgres://shop@here/shop?sslmode=require&uselibpqcompat=true', false],
    ] as const) {
      expect(faultOf(url), url).to.equal(undefined)
      expect(provesServer(url), url).to.equal(proves)
    }
  })

  for (const [what, url, words] of [
    ['is of something else', 'mysql://shop:secret@here/shop', 'is no address of a PostgreSQL'],
    ['has a mode that is none', 'postgres://shop:secret@here/shop?sslmode=on', 'sslmode: is none of'],
    ['has a mode of two meanings', 'postgres://shop:secret@here/shop?sslmode=require', 'sslmode: say verify-full'],
    [
      'names a file that is not there',
      'postgres://shop:secret@here/shop?sslmode=verify-full&sslrootcert=/none.pem',
      'sslrootcert: the file cannot be read (ENOENT)',
    ],
  ] as const) {
    it(`is refused, without repeating it, where it ${what}`, () => {
      expect(faultOf(url)).to.include(words).and.not.to.include('secret')
    })
  }
})
