import grpc from '@grpc/grpc-js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js'
import { unary } from './call-result.ts'
import type { Server } from './server.ts'

const CALL_LIMIT = 5_000

/** What the server tells clients of its version. Throws when it does not answer. */
export const versionOf = async ({ url, features }: Server): Promise<string> => {
  const { code, details, messages } = await unary<SupportedMethods>((done) =>
    features.getSupportedMethods(new shared.Empty(), new grpc.Metadata(), { deadline: Date.now() + CALL_LIMIT }, done),
  )
  if (code !== 0) throw new Error(`${url} does not answer: ${details}`)
  return messages[0]?.getEventStoreServerVersion() ?? ''
}

/** Versions as `major.minor.patch`. */
export const isOlder = (version: string, than: string): boolean => {
  const [one, other] = [version, than].map((text) => text.split('.').map(Number))
  for (let part = 0; part < 3; part += 1) {
    const difference = (one?.[part] ?? 0) - (other?.[part] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return false
}
