import { readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { storeAddress } from './event-store-url.ts'

/** What a node says of itself to whoever asks, without a user. Either may be undefined: a node may be told to keep it to itself. */
export type NodeInfo = {
  readonly version: string | undefined
  /** Its clock, to the second, cut off. */
  readonly clock: Date | undefined
}

const infoSchema = z.object({ esVersion: z.string() })

const versionIn = (body: string): string | undefined => {
  try {
    return infoSchema.safeParse(JSON.parse(body)).data?.esVersion
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Of the first host of the address, over HTTP on the port of its gRPC. @throws Error when it does not answer in time */
export const nodeInfo = async (url: string, limitMs: number): Promise<NodeInfo> => {
  const { hosts, tls, caFile } = storeAddress(url)
  const [{ address, port } = { address: '', port: 0 }] = hosts
  const ca = caFile === undefined ? {} : { ca: readFileSync(caFile) }
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>()
  const request = tls
    ? https.get({ host: address, port, path: '/info', ...ca, agent: false }, resolve)
    : http.get({ host: address, port, path: '/info', agent: false }, resolve)
  const tooLate = setTimeout(() => request.destroy(new Error(`no answer within ${limitMs} ms`)), limitMs)
  request.on('error', reject)
  try {
    const answer = await promise
    const date = new Date(answer.headers.date ?? Number.NaN)
    return {
      version: versionIn(await text(answer)),
      clock: Number.isNaN(date.getTime()) ? undefined : date,
    }
  } finally {
    clearTimeout(tooLate)
  }
}
