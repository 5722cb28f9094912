import { expect } from 'chai'
import { countedAs, networksOf, trustedProxies } from './client-address.ts'

describe("a client's address", () => {
  for (const [given, counted] of [
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['192.0.2.7:50123', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:2::', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::6]:443', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', undefined],
    ['unknown', undefined],
    ['1.2.3', undefined],
  ] as const)
    it(`is counted as ${counted ?? 'none'} when it is "${given}"`, () => {
      expect(countedAs(given)).to.equal(counted)
    })

  it('is told by proxies that are named by address, network or name', () => {
    expect(trustedProxies.parse('loopback, 10.0.0.0/8,2001:db8::/32 , 192.0.2.1')).to.deep.equal([
      'loopback',
      '10.0.0.0/8',
      '2001:db8::/32',
      '192.0.2.1',
    ])
    expect(trustedProxies.parse(undefined)).to.deep.equal([])
    for (const wrong of ['1', 'true', 'proxy.example', '10.0.0.0/33', '10.0.0.0/x'])
      expect(trustedProxies.safeParse(wrong).success, wrong).to.equal(false)
  })

  it('has wider networks where it is of IPv6', () => {
    expect(networksOf('192.0.2.1')).to.deep.equal(['192.0.2.1'])
    expect(networksOf('2001:db8:0:12ab::/64')).to.deep.equal([
      '2001:db8:0:12ab::/64',
      '2001:db8:0:1200::/56',
      '2001:db8:0::/48',
    ])
    expect(networksOf(countedAs('::1') ?? '')).to.deep.equal(['0:0:0:0::/64', '0:0:0:0::/56', '0:0:0::/48'])
  })
})
