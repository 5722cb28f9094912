import { rawSubscribe, type RawRead } from './raw-read.ts'
import type { Server } from './server.ts'
import { until } from './waiting.ts'

export const checkpoints = (said: readonly string[]): string[] =>
  said.filter((word) => word.startsWith('checkpoint')).map((word) => word.split(' ')[1] ?? '')
export const commitOf = (checkpoint: string): bigint => BigInt(checkpoint.split('/')[0] ?? '')
export const commits = (said: readonly string[]): bigint[] => checkpoints(said).map(commitOf)

/** A subscription that has told all there was. */
export const caughtUp = async (server: Server, read: RawRead) => {
  const following = rawSubscribe(server, read)
  await until(
    'caught up',
    () => following.said.includes('caught up'),
    () => following.said.slice(-20),
  )
  return following
}
