import type { ServerResponse } from 'node:http'
import grpc from '@grpc/grpc-js'
import { RpcError } from '../grpc/errors.ts'
import type { GroupInfo } from '../persistent-subscriptions/info.ts'
import { respondEmpty, respondJson, respondMethods } from './respond.ts'
import type { ServerView } from './server-view.ts'
import { detailOf, summaryOf } from './subscription-json.ts'

type Request = {
  readonly method: string
  readonly path: readonly string[]
  readonly url: URL
  readonly response: ServerResponse
}

/** What a path answers, by method. OPTIONS is welcome at each, also where there is nothing to get. */
type Resource = { readonly GET?: () => Promise<void>; readonly POST?: () => Promise<void> }

/** `/subscriptions…`: what clients fall back to where gRPC lacks something, and what dashboards look at. Names are percent-encoded. */
export const answerSubscriptions = async (server: ServerView, request: Request): Promise<void> => {
  const { method, response } = request
  const resource = resourceOf(server, request)
  if (resource === undefined) return respondEmpty(response, 404)
  if (method === 'OPTIONS') return respondMethods(response, 200, Object.keys(resource))
  if (resource === NOTHING) return respondEmpty(response, 404)
  const answer = method === 'GET' || method === 'POST' ? resource[method] : undefined
  if (answer === undefined) return respondMethods(response, 405, Object.keys(resource))
  return withErrors(response, answer)
}

/** Of a group, by a word that means nothing. */
const NOTHING: Resource = {}

/** Undefined when the path means nothing here. */
const resourceOf = (server: ServerView, request: Request): Resource | undefined => {
  const { path, url, response } = request
  const groups = server.persistentSubscriptions
  const base = `http://${server.host}:${server.port()}`
  const respondList = (infos: readonly GroupInfo[]): void =>
    respondJson(
      response,
      infos.map((info) => summaryOf(info, base)),
    )
  const [stream, group, action] = path
  if (stream === undefined) return { GET: async () => respondList(paged(await groups.infos(), url)) }
  if (path.length === 1) {
    const list = async (): Promise<void> => respondList(await groups.infos(stream))
    return stream === 'restart' ? { GET: list, POST: () => restart(server, response) } : { GET: list }
  }
  if (group === undefined || path.length !== 3) return undefined
  switch (action) {
    case 'info':
      return {
        GET: async () => {
          const info = (await groups.infos(stream)).find(({ groupName }) => groupName === group)
          if (info === undefined) respondEmpty(response, 404)
          else respondJson(response, detailOf(info, base))
        },
      }
    case 'replayParked':
      return { POST: () => replayParked(server, request, stream, group) }
    default:
      return NOTHING
  }
}

const restart = async (server: ServerView, response: ServerResponse): Promise<void> => {
  await server.persistentSubscriptions.restart()
  respondJson(response, {})
}

const replayParked = async (
  server: ServerView,
  { url, response }: Request,
  stream: string,
  group: string,
): Promise<void> => {
  const stopAt = url.searchParams.get('stopAt')
  if (stopAt !== null && !/^-?\d{1,19}$/.test(stopAt))
    return respondJson(response, { reason: 'stopAt must be a whole number.' }, 400)
  if (stopAt?.startsWith('-') === true)
    return respondJson(response, { reason: 'Cannot stop replaying parked message at a negative version.' }, 400)
  await server.persistentSubscriptions.replayParked(stream, group, stopAt === null ? undefined : BigInt(stopAt))
  return respondJson(response, { correlationId: server.instanceId, reason: '', result: 'Success' })
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
