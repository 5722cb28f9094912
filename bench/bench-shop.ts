import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  chosenEventStore,
  startServerByCommand,
  type ServerByCommand,
} from 'eventstoredb-compatible-server/source/testing/any-server'
import { removePostgresData } from '../embedded/postgres.ts'
import { freePort } from '../embedded/ports.ts'
import { portVariables, type Listener, type Ports } from '../embedded/shop/settings.ts'
import { startShop, type Shop } from '../embedded/shop/shop.ts'
import { startEventStoreProcess } from './event-store-process.ts'

export type BenchShop = {
  readonly shop: Shop
  /** An event store of the same kind without anybody's groups and subscriptions; the shop's own where somebody else runs it. */
  readonly bareStoreUrl: string
  stop(): Promise<void>
}

/** All processes of the shop on free ports and a folder that is thrown away, and the event store of the baselines. */
export const startBenchShop = async (environment: NodeJS.ProcessEnv = {}): Promise<BenchShop> => {
  const data = mkdtempSync(join(tmpdir(), 'bench-'))
  const ends: (() => unknown)[] = [
    () => rmSync(data, { recursive: true, force: true }),
    () => removePostgresData(join(data, 'postgres')),
  ]
  const stop = async () => {
    for (let end = ends.pop(); end !== undefined; end = ends.pop()) await end()
  }
  const chosen = chosenEventStore(process.env)
  const byCommand = async (command: string): Promise<ServerByCommand> => {
    const server = await startServerByCommand(command)
    ends.push(() => server.close())
    return server
  }
  const bareStore = async (shop: Shop): Promise<string> => {
    switch (chosen.kind) {
      case 'running':
        return shop.eventStoreUrl
      case 'command':
        return (await byCommand(chosen.command)).url
      case 'embedded': {
        const server = await startEventStoreProcess(['--port', '0', '--data', join(data, 'bare-event-store')])
        ends.push(() => server.stop())
        return server.url
      }
    }
  }

  try {
    const ports: Record<string, number> = {}
    for (const listener of Object.keys(portVariables) as Listener[]) ports[listener] = await freePort()
    const given = chosen.kind === 'command' ? { EVENTSTORE_URL: (await byCommand(chosen.command)).url } : {}
    const shop = await startShop({
      data,
      // Every listener has its port, by the loop above.
      ports: ports as Ports,
      environment: {
        ...process.env,
        ...given,
        RATE_LIMIT_PER_SECOND: '100000',
        RATE_LIMIT_BURST: '100000',
        ...environment,
      },
      onDeath: ({ name, how }) => process.stderr.write(`${name} died: ${how}\n`),
    })
    ends.push(() => shop.stop())
    await shop.untilReady()
    return { shop, bareStoreUrl: await bareStore(shop), stop }
  } catch (error) {
    await stop()
    throw error
  }
}
