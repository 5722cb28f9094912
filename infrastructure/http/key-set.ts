import { createPublicKey, type KeyObject } from 'node:crypto'
import { JwksClient, type Options } from 'jwks-rsa'

/** A key that the issuer of tokens has published. */
export type PublishedKey = { readonly kid: string | undefined; readonly key: KeyObject }

/** What a token says of the key that it was signed with. */
export type KeyWanted = { readonly kid: string | undefined; readonly type: 'rsa' | 'ec' }

/** Whether a token is good cannot be known at the moment. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable'
}

export type KeySetOptions = {
  /** All keys that are published now. */
  readonly fetchKeys: () => Promise<readonly PublishedKey[]>
  readonly now: () => number
  /** A fetch has failed. */
  readonly warn: (message: string, error: unknown) => void
}

export type KeySet = {
  /** Undefined: the issuer has no such key. @throws KeysUnavailable when nobody can tell */
  keyFor(wanted: KeyWanted): Promise<KeyObject | undefined>
}

type Fetcher = NonNullable<Options['fetcher']>

/** Until there is a first set. */
const firstApartMs = 1_000
/** For all together, whatever they ask for: anybody can invent a key's id, and each must not cost a fetch. */
const fetchesApartMs = 30_000
/** A key that was withdrawn is taken for so long at most, as long as the issuer answers. */
const freshMs = 10 * 60_000

/**
 * The issuer's keys, fetched once and kept whole. They serve on while a newer set is fetched, and for as long as none can be; an id
 * that is not among them is a reason to look for a newer set, at most every 30 s.
 */
export const createKeySet = ({ fetchKeys, now, warn }: KeySetOptions): KeySet => {
  let kept: readonly PublishedKey[] | undefined
  let fetchedAt = -Infinity
  let triedAt = -Infinity
  let failure: unknown
  let fetching: Promise<void> | undefined

  const attempt = async (): Promise<void> => {
    triedAt = now()
    try {
      kept = await fetchKeys()
      fetchedAt = now()
      failure = undefined
    } catch (error) {
      failure = error ?? new Error('the fetch failed')
      warn('the keys of the issuer cannot be fetched', error)
    }
  }
  /** Whoever comes while one is under way waits for that. */
  const fetchAgain = (apartMs: number): Promise<void> => {
    if (fetching === undefined && now() - triedAt >= apartMs)
      fetching = attempt().finally(() => {
        fetching = undefined
      })
    return fetching ?? Promise.resolve()
  }
  const find = ({ kid, type }: KeyWanted): KeyObject | undefined => {
    const ofType = (kept ?? []).filter(({ key }) => key.asymmetricKeyType === type)
    // A token that names no key is of the only one.
    return (kid === undefined ? (ofType.length === 1 ? ofType : []) : ofType.filter((one) => one.kid === kid))[0]?.key
  }
  const unavailable = () => new KeysUnavailable('the keys of the issuer cannot be fetched', { cause: failure })

  return {
    async keyFor(wanted) {
      if (kept === undefined) await fetchAgain(firstApartMs)
      if (kept === undefined) throw unavailable()
      const found = find(wanted)
      if (found !== undefined) {
        if (now() - fetchedAt >= freshMs) void fetchAgain(fetchesApartMs)
        return found
      }
      await fetchAgain(fetchesApartMs)
      const later = find(wanted)
      // It may be a new key that we have not been told of.
      if (later === undefined && failure !== undefined) throw unavailable()
      return later
    },
  }
}

/**
 * By the issuer's address (JWKS): keys for signatures, of the kinds that are understood. All of the answer has to be there in time: the
 * package's own fetch would wait for ever for the end of one that breaks off.
 */
export const fetchFrom = (jwksUri: string, limitMs = 1_500): KeySetOptions['fetchKeys'] => {
  const fetcher = async (url: string): Promise<unknown> => {
    const answer = await fetch(url, { signal: AbortSignal.timeout(limitMs), redirect: 'error' })
    if (!answer.ok) throw new Error(`it answers ${answer.status}`)
    return answer.json()
  }
  // What comes is looked at by the package, whose types name the keys already.
  const client = new JwksClient({ jwksUri, cache: false, rateLimit: false, fetcher: fetcher as Fetcher })
  return async () =>
    (await client.getSigningKeys()).map((published) => ({
      kid: published.kid,
      key: createPublicKey(published.getPublicKey()),
    }))
}
