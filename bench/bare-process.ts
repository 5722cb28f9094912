import { join } from 'node:path'
import type { Shop } from '../embedded/shop/shop.ts'
import { startProcess, type StartedProcess } from './started-process.ts'

/** Starts the bare routes on this event store and on the shop's own tables, in a process of their own. */
export const startBareRoutes = ({ databaseUrl, secrets }: Shop, eventStoreUrl: string): Promise<StartedProcess> =>
  startProcess(
    [join(import.meta.dirname, 'bare-routes.ts')],
    {
      EVENTSTORE_URL: eventStoreUrl,
      DATABASE_URL: databaseUrl,
      JWT_SECRET: secrets.jwtSecret,
      JWT_ISSUER: secrets.issuer,
      JWT_AUDIENCE: secrets.audience,
    },
    /^http:\S+$/,
  )
