import { startPostgres, type EmbeddedPostgres } from '../postgres.ts'
import type { ChildOptions } from './child.ts'
import { createDeathCount, restartDelayMs } from './death-count.ts'

export type KeptPostgres = { readonly url: string; stop(): Promise<void> }

/** The embedded PostgreSQL, started again on the same port and data when it ends without having been asked to. */
export const keepPostgres = async (options: {
  readonly data: string
  readonly port: number
  readonly onDeath: ChildOptions['onDeath']
}): Promise<KeptPostgres> => {
  const deaths = createDeathCount()
  let stopping = false
  let restarting: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let current: EmbeddedPostgres = await startPostgres(options)

  const died = (how: string): void => {
    const restarted = deaths.restartIsDue(Date.now())
    options.onDeath({ name: 'postgres', how, restarted })
    if (restarted)
      timer = setTimeout(() => {
        restarting = restart()
      }, restartDelayMs)
  }
  const watch = (server: EmbeddedPostgres): void => {
    void server.ended.then((code) => {
      if (!stopping) died(`exit code ${code}`)
    })
  }
  const restart = async (): Promise<void> => {
    try {
      current = await startPostgres(options)
      watch(current)
    } catch (error) {
      if (!stopping) died(String(error))
    }
  }
  watch(current)
  return {
    url: current.url,
    async stop() {
      stopping = true
      clearTimeout(timer)
      await restarting
      await current.stop()
    },
  }
}
