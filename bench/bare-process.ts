import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Shop } from '../embedded/shop/shop.ts'

export type BareProcess = { readonly url: string; readonly pid: number; stop(): Promise<void> }

/** Starts the bare routes on this event store and on the shop's own tables, in a process of their own. */
export const startBareRoutes = async ({ databaseUrl, secrets }: Shop, eventStoreUrl: string): Promise<BareProcess> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'bare-routes.ts')], {
    env: {
      ...process.env, EVENTSTORE_URL: eventStoreUrl, DATABASE_URL: databaseUrl, NODE_ENV: 'production',
      JWT_SECRET: secrets.jwtSecret, JWT_ISSUER: secrets.issuer, JWT_AUDIENCE: secrets.audience,
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })
  const first = once(lines, 'line') as Promise<[string]>
  const [url] = await Promise.race([first, ended.then(() => { throw new Error('the bare routes ended before they were ready') })])
  if (child.pid === undefined) throw new Error('the bare routes have no process')
  return {
    url,
    pid: child.pid,
    async stop() {
      child.stdin.end()
      await ended
    },
  }
}
