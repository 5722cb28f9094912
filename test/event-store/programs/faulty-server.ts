import { parentPort } from 'node:worker_threads'
import { startControlledEventStore } from 'eventstoredb-compatible-server/source/testing'

/** A server that is told how to fail, in a thread of its own: what it holds is not counted with what its clients hold. */
export type Strike = 'end with UNAVAILABLE' | 'end with INTERNAL' | 'end in good order' | 'drop connections'
export type FromServer = { readonly url: string } | { readonly calls: number; readonly connections: number }

const server = await startControlledEventStore({ port: 0, data: 'memory' })
const { faults } = server

const strikes: Readonly<Record<Strike, () => void>> = {
  'end with UNAVAILABLE': () => {
    for (const call of ['consume', 'read'] as const) faults.endWith(call, 14, 'away')
  },
  'end with INTERNAL': () => {
    for (const call of ['consume', 'read'] as const) faults.endWith(call, 13, 'once')
  },
  'end in good order': () => {
    for (const call of ['consume', 'read'] as const) faults.endGracefully(call)
  },
  'drop connections': () => {
    faults.dropConnections()
  },
}

const say = (what: FromServer) => parentPort?.postMessage(what)
// Whatever it is told, it answers with what it holds.
parentPort?.on('message', (strike: Strike | 'count') => {
  if (strike !== 'count') strikes[strike]()
  const { calls, connections } = faults.counts()
  say({ calls, connections })
})
say({ url: server.url })
