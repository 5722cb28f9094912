import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { localhostCertificate } from '../../test/support/tls-proxy.ts'
import { eventStoreUrl, storeAddress } from './event-store-url.ts'

describe("an event store's address", () => {
  const folder = mkdtempSync(join(tmpdir(), 'addresses-'))
  after(() => rmSync(folder, { recursive: true, force: true }))

  const { certFile } = localhostCertificate
  const noCertificate = join(folder, 'no-certificate.pem')
  writeFileSync(noCertificate, 'hello\n')
  const faultOf = (url: string) => eventStoreUrl.safeParse(url).error?.issues[0]?.message

  it('may be of one node, of several, and of a cluster that is asked for its nodes', () => {
    for (const url of [
      'esdb://127.0.0.1:2113?tls=false',
      'esdb://a:2113,b:2113,c:2113?nodePreference=leader',
      'esdb+discover://shop:p%40ss@cluster.example:2113?tls=true&keepAliveInterval=10000',
      `esdb+discover://shop:secret@cluster.example?tlsCaFile=${certFile}`,
    ])
      expect(faultOf(url), url).to.equal(undefined)
    expect(storeAddress(`esdb://shop:secret@a:1,b?tlsCAFile=${certFile}`)).to.deep.equal({
      hosts: [
        { address: 'a', port: 1 },
        { address: 'b', port: 2113 },
      ],
      tls: true,
      caFile: certFile,
    })
  })

  for (const [what, url, words] of [
    ['is of something else', 'http://secret@here:2113', 'is no address of an event store'],
    ['has an option that is not known', 'esdb://shop:secret@here?tlsVerify=no', 'has an option that is not known'],
    ['has a password that breaks it', 'esdb://shop:a:secret:@here:1:2?tls=true', 'cannot be read as an address'],
    [
      'names a file that is not there',
      `esdb://shop:secret@here?tlsCAFile=${folder}/none`,
      'tlsCAFile: the file cannot be read (ENOENT)',
    ],
    [
      'names a file without a certificate',
      `esdb://here?tlsCAFile=${noCertificate}`,
      'tlsCAFile: the file holds no certificate',
    ],
    [
      'has half of a client certificate',
      `esdb://here?userCertFile=${certFile}`,
      'userCertFile and userKeyFile belong together',
    ],
  ] as const) {
    it(`is refused, without repeating it, where it ${what}`, () => {
      expect(faultOf(url)).to.include(words).and.not.to.include('secret')
    })
  }
})
