import { expect } from 'chai'
import { anyGroupSettings, count, counted } from '../../test/event-store/counting.ts'
import {
  closingServer,
  http2ServerThat,
  refusingPort,
  resettingServer,
  serverSaying,
  silentServer,
  unknownHost,
  type BrokenServer,
} from '../../test/support/broken-servers.ts'
import { connectEventStore } from './adapter.ts'
import { StoreUnavailable, type EventStore } from './port.ts'

/** As a proxy answers that does not reach the store. */
const proxyAnswering = (status: number) =>
  http2ServerThat((stream) => {
    stream.respond({ ':status': status, 'content-type': 'text/html' })
    stream.end('<h1>the store is not there</h1>')
  })

const calls: Readonly<Record<string, (store: EventStore) => Promise<unknown>>> = {
  append: (store) => store.append('s', [counted(0)], 'no_stream'),
  'read a stream': (store) => count(store.readStream('s')),
  'read all': (store) => count(store.readAll()),
  'read the head': (store) => store.headPosition(),
  probe: (store) => store.probe(200),
  subscribe: (store) => {
    const { signal } = new AbortController()
    return count(store.subscribeToAll({ after: 'start', streamPrefixes: ['x-'], signal }))
  },
  'make a group': (store) => store.ensureGroup('g', anyGroupSettings),
  'ask after a group': (store) => store.groupInfo('g'),
  'consume a group': (store) => store.connect('g', { bufferSize: 1 }),
}

type Place = { readonly url: string; readonly server?: BrokenServer }
const here = (starting: Promise<BrokenServer>): Promise<Place> =>
  starting.then((server) => ({ url: `esdb://127.0.0.1:${server.port}?tls=false`, server }))
const nobody = (host: string) => async (): Promise<Place> => ({
  url: `esdb://${host}:${await refusingPort()}?tls=false`,
})
/** A cluster of two, of which each is asked where its leader is. */
const cluster = (host: string, port: number): Place => ({
  url: `esdb://${host}:${port},${host}:${port}?tls=false&maxDiscoverAttempts=2&discoveryInterval=10&gossipTimeout=1`,
})

const places: Readonly<Record<string, () => Promise<Place>>> = {
  'nobody listens': nobody('127.0.0.1'),
  'nobody listens, at any address of a name': nobody('localhost'),
  'no such name': nobody(unknownHost),
  'takes connections, and says nothing': () => here(silentServer()),
  'hangs up': () => here(closingServer()),
  'resets the connection': () => here(resettingServer()),
  'speaks of something else': () => here(serverSaying('SSH-2.0-other\r\n', { first: 'server', hangsUp: false })),
  'takes requests, and says nothing': () => here(http2ServerThat(() => undefined)),
  'cuts requests off': () => here(http2ServerThat((stream) => stream.close(8))),
  'resets the connection in the middle': () => here(http2ServerThat((stream) => stream.session?.destroy())),
  'nobody listens at any node of a cluster': async () => cluster('127.0.0.1', await refusingPort()),
  'no node of a cluster has such a name': async () => cluster(unknownHost, 2113),
  'a proxy says 502': () => here(proxyAnswering(502)),
  'a proxy says 503': () => here(proxyAnswering(503)),
  'a proxy says 504': () => here(proxyAnswering(504)),
}

describe('an event store that is away, by what the client says of it', () => {
  for (const [name, at] of Object.entries(places)) {
    it(name, async () => {
      const { url, server } = await at()
      const limits = { appendTimeoutMs: 100, readTimeoutMs: 100, patienceMs: 250, closeTimeoutMs: 100 }
      const store = await connectEventStore({ url, ...limits, warn: () => undefined })
      const outcomes = await Promise.all(
        Object.entries(calls).map(async ([call, make]) => {
          const error = await make(store).catch((thrown: unknown) => thrown)
          return `${call}: ${error instanceof StoreUnavailable ? 'away' : String(error)}`
        }),
      )
      await store.dispose()
      await server?.close()
      expect(outcomes).to.deep.equal(Object.keys(calls).map((call) => `${call}: away`))
    })
  }
})
