import type { ServerResponse } from 'node:http'
import grpc from '@grpc/grpc-js'
import { RpcError } from '../grpc/errors.ts'
import type { GroupInfo } from '../persistent-subscriptions/info.ts'
import { respondEmpty, respondJson } from './respond.ts'
import type { ServerView } from './server-view.ts'
import { detailOf, summaryOf } from './subscription-json.ts'

type Route = { readonly method: string; readonly path: readonly string[]; readonly url: URL; readonly response: ServerResponse }

/**
 * `/subscriptions…`: what clients fall back to where gRPC lacks something, and what dashboards look at. Names are percent-encoded.
 * Returns undefined when the path means nothing here.
 */
export const answerSubscriptions = (server: ServerView, route: Route): Promise<void> | undefined => {
  const { method, path, url, response } = route
  const groups = server.persistentSubscriptions
  const base = `http://${server.host}:${server.port()}`
  const [stream, group, action] = path
  if (method === 'GET' && path.length === 0) {
    return withErrors(response, async () => respondJson(response, paged(await groups.infos(), url).map((info) => summaryOf(info, base))))
  }
  if (method === 'POST' && stream === 'restart' && path.length === 1) {
    return withErrors(response, async () => {
      await groups.restart()
      respondJson(response, {})
    })
  }
  if (method === 'GET' && stream !== undefined && path.length === 1) {
    return withErrors(response, async () => respondJson(response, (await groups.infos(stream)).map((info) => summaryOf(info, base))))
  }
  if (stream === undefined || group === undefined || path.length !== 3) return undefined
  if (method === 'GET' && action === 'info') {
    return withErrors(response, async () => {
      const info = (await groups.infos(stream)).find(({ groupName }) => groupName === group)
      if (info === undefined) respondEmpty(response, 404)
      else respondJson(response, detailOf(info, base))
    })
  }
  if (method !== 'POST' || action !== 'replayParked') return undefined
  const stopAt = url.searchParams.get('stopAt')
  return withErrors(response, async () => {
    if (stopAt !== null && !/^\d{1,19}$/.test(stopAt)) return respondJson(response, { reason: 'stopAt must be a whole number.' }, 400)
    await groups.replayParked(stream, group, stopAt === null ? undefined : BigInt(stopAt))
    return respondJson(response, { correlationId: server.instanceId, reason: '', result: 'Success' })
  })
}

const paged = (infos: readonly GroupInfo[], url: URL): readonly GroupInfo[] => {
  const offset = Number(url.searchParams.get('offset') ?? 0)
  const count = Number(url.searchParams.get('count') ?? Infinity)
  return infos.slice(offset, offset + count)
}

const withErrors = async (response: ServerResponse, work: () => Promise<void>): Promise<void> => {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof RpcError)) throw error
    if (error.code === grpc.status.NOT_FOUND) respondEmpty(response, 404)
    else respondJson(response, { reason: error.details }, 400)
  }
}
