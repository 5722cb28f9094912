import type { Server } from './server.ts'
import { all } from './waiting.ts'

let categories = 0
/** A category that nobody has used: its streams are `name-1`, `name-2` … */
export const category = (server: Server): string => `${server.name('cat')}${(categories += 1)}`

/** The texts of the links in a stream; none while it is not there. */
export const linksIn = async (server: Pick<Server, 'client'>, stream: string): Promise<string[]> =>
  (await all(server.client.readStream(stream)).catch(() => [])).map(({ event: one }) =>
    Buffer.from(one?.data as Uint8Array).toString(),
  )

/** Of a rule that is shown where the standard projections run. */
export const projected = { seen: 'real', needs: 'projections' } as const
