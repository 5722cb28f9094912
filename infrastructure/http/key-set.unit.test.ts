import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { expect } from 'chai'
import { createKeySet, KeysUnavailable, type PublishedKey } from './key-set.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey

const issuer = () => {
  const set = {
    time: 1_000_000,
    fetches: 0,
    warnings: 0,
    away: false,
    published: [{ kid: 'a', key: rsa }] as readonly PublishedKey[],
  }
  const keys = createKeySet({
    fetchKeys: async () => {
      set.fetches += 1
      if (set.away) throw new Error('away')
      return set.published
    },
    now: () => set.time,
    warn: () => {
      set.warnings += 1
    },
  })
  const keyFor = (kid?: string, type: 'rsa' | 'ec' = 'rsa') => keys.keyFor({ kid, type })
  /** The key, or that nobody can tell. */
  const asked = (kid?: string): Promise<KeyObject | undefined | 'unavailable'> =>
    keyFor(kid).catch((error: unknown) => {
      if (error instanceof KeysUnavailable) return 'unavailable' as const
      throw error
    })
  return { set, keyFor, asked }
}

describe('the keys of the issuer', () => {
  it('are fetched once for all who come at once', async () => {
    const { set, asked } = issuer()
    expect(await Promise.all([asked('a'), asked('a'), asked('a')])).to.deep.equal([rsa, rsa, rsa])
    expect(set.fetches).to.equal(1)
  })

  it('stay as they are whatever ids are invented, and those are known for what they are', async () => {
    const { set, asked } = issuer()
    for (let n = 0; n < 1_000; n += 1) expect(await asked(`invented-${n}`)).to.equal(undefined)
    expect(await asked('a')).to.equal(rsa)
    expect(set.fetches).to.equal(1)
    set.time += 30_000
    for (let n = 0; n < 1_000; n += 1) expect(await asked(`invented-${n}`)).to.equal(undefined)
    expect(set.fetches).to.equal(2)
  })

  it('are fetched again for a new one, after half a minute at the most', async () => {
    const { set, asked } = issuer()
    await asked('a')
    set.published = [...set.published, { kid: 'b', key: rsa }]
    set.time += 29_999
    expect(await asked('b')).to.equal(undefined)
    set.time += 1
    expect(await asked('b')).to.equal(rsa)
  })

  it('are fetched again after ten minutes, for which nobody waits, and one that was withdrawn is gone', async () => {
    const { set, asked } = issuer()
    await asked('a')
    set.published = [{ kid: 'b', key: rsa }]
    set.time += 10 * 60_000
    expect([await asked('a'), set.fetches]).to.deep.equal([rsa, 2])
    expect([await asked('a'), await asked('b'), set.fetches]).to.deep.equal([undefined, rsa, 2])
  })

  it('serve on for as long as the issuer is away, and of others nobody can tell', async () => {
    const { set, asked } = issuer()
    await asked('a')
    set.away = true
    for (let minute = 0; minute < 60; minute += 1) {
      set.time += 60_000
      expect(await asked('a')).to.equal(rsa)
    }
    expect(await asked('b')).to.equal('unavailable')
    expect(set.fetches).to.be.within(50, 62)
    expect(set.warnings).to.equal(set.fetches - 1)
    set.away = false
    set.time += 30_000
    expect([await asked('a'), await asked('b')]).to.deep.equal([rsa, undefined])
  })

  it('are asked for once a second as long as there are none', async () => {
    const { set, asked } = issuer()
    set.away = true
    for (let n = 0; n < 100; n += 1) expect(await asked('a')).to.equal('unavailable')
    expect(set.fetches).to.equal(1)
    set.away = false
    set.time += 1_000
    expect(await asked('a')).to.equal(rsa)
  })

  it('are found by their kind too, and without an id where there is one of it', async () => {
    const { set, keyFor } = issuer()
    set.published = [
      { kid: 'a', key: rsa },
      { kid: 'a', key: ec },
      { kid: undefined, key: ec },
    ]
    expect(await keyFor('a', 'ec')).to.equal(ec)
    expect(await keyFor(undefined, 'rsa')).to.equal(rsa)
    expect(await keyFor(undefined, 'ec')).to.equal(undefined)
  })
})
