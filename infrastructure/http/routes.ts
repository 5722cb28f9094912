import type { ServerResponse } from 'node:http'
import { z } from 'zod'
import { fieldFaults } from './faults.ts'
import { invalidRequest, type FieldFault, type HttpFault } from './problem.ts'
import type { Principal } from './principal.ts'
import type { RequestContext } from './request-context.ts'

export type Method = 'get' | 'post' | 'put' | 'delete'

/** Who may: one of these roles, or anybody. */
export type Access<Role extends string = string> = readonly [Role, ...Role[]] | 'public'

type Nothing = z.ZodObject<Record<never, never>>

export type Answer = {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** An answer in another form than JSON: of this media type, which its description names. */
export type TextAnswer = {
  readonly status: number
  readonly text: string
  readonly mediaType: string
  readonly headers?: Readonly<Record<string, string>>
}

/** An answer that is sent bit by bit: `stream` sends all of it, and resolves when it has ended. */
export type StreamedAnswer = { readonly status: 200; readonly stream: (response: ServerResponse) => Promise<void> }

export type AnyAnswer = Answer | TextAnswer | StreamedAnswer

export type AnswerDescription = {
  readonly description: string
  readonly body: z.ZodType
  /** What each message of an event stream says, where one can be asked for instead. */
  readonly eventStream?: z.ZodType
  /** What can be asked for instead, by its media type, and what that has. */
  readonly texts?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
}

/** A request as it came in, nothing of it checked yet but who sends it. */
export type RawRequest = {
  readonly params: Readonly<Record<string, unknown>>
  readonly query: Readonly<Record<string, unknown>>
  header(name: string): string | undefined
  readonly body: unknown
  readonly rawBody: Buffer
  readonly principal: Principal | undefined
  readonly context: RequestContext
}

export type RouteRequest<Role extends string, Who extends Access<Role>, Params, Query, Headers, Body> = {
  readonly params: Params
  readonly query: Query
  /** Under the names that the route's schema gives them. */
  readonly headers: Headers
  readonly body: Body
  readonly rawBody: Buffer
  /** Of what is public: who asks with a token. */
  readonly principal: Who extends 'public' ? Principal<Role> | undefined : Principal<Role>
  readonly context: RequestContext
}

type Description<Code extends string = string> = {
  readonly method: Method
  /** As OpenAPI writes it: `/v1/orders/{id}`. */
  readonly path: string
  readonly summary: string
  readonly description?: string
  readonly tag: string
  readonly answers: Readonly<Record<number, AnswerDescription>>
  /** What the business may say no with. */
  readonly refusals?: readonly Code[]
  /** Statuses beyond those that follow from the rest of the declaration: 404, 428. */
  readonly problems?: readonly number[]
  /** Not counted by the rate limit. Its requests are signed: after too many whose signature does not hold, more from there are refused. */
  readonly unlimited?: boolean
  /** Asked before anything else about the request is looked at. @throws HttpFault */
  readonly admit?: (header: (name: string) => string | undefined) => void
  /** The body is read as bytes, up to so many, and not looked at: it is the handler's `rawBody`. */
  readonly rawBodyLimit?: number
  /** Told of each such body that is not read to its end, and of what that is answered by. */
  readonly bodyRefused?: (fault: HttpFault) => void
}

/** A route as the server and the description know it. */
export type Route = Description & {
  readonly access: Access
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly headers?: z.ZodObject
  readonly body?: z.ZodType
  /** Checks everything the request says, then handles it. @throws HttpFault 400 naming every field that is wrong */
  answer(request: RawRequest): Promise<AnyAnswer>
}

type Declaration<
  Role extends string,
  Code extends string,
  Who extends Access<Role>,
  P extends z.ZodObject,
  Q extends z.ZodObject,
  H extends z.ZodObject,
  B extends z.ZodType,
> = Description<Code> & {
  readonly access: Who
  readonly params?: P
  readonly query?: Q
  readonly headers?: H
  readonly body?: B
  readonly handle: (
    request: RouteRequest<Role, Who, z.output<P>, z.output<Q>, z.output<H>, z.output<B>>,
  ) => Promise<AnyAnswer>
}

const headersNamedBy = (schema: z.ZodObject, request: RawRequest) =>
  Object.fromEntries(
    Object.keys(schema.shape).flatMap((name) => {
      const value = request.header(name)
      return value === undefined ? [] : [[name, value]]
    }),
  )

/**
 * Declares a route once: the server checks requests by it and the OpenAPI description is made from it. Handlers get what their schemas
 * answer, and nothing that no schema knows. `Role` and `Code` are all roles and all codes of refusals that there are.
 */
export const routesOf =
  <Role extends string, Code extends string>() =>
  <
    const Who extends Access<Role>,
    P extends z.ZodObject = Nothing,
    Q extends z.ZodObject = Nothing,
    H extends z.ZodObject = Nothing,
    B extends z.ZodType = z.ZodUndefined,
  >(
    declaration: Declaration<Role, Code, Who, P, Q, H, B>,
  ): Route => {
    const { params, query, headers, body, handle, ...description } = declaration

    const answer = async (request: RawRequest): Promise<AnyAnswer> => {
      const faults: FieldFault[] = []
      const check = (where: FieldFault['in'], schema: z.ZodType | undefined, value: unknown): unknown => {
        if (schema === undefined) return undefined
        const parsed = schema.safeParse(value)
        if (!parsed.success) faults.push(...fieldFaults(where, parsed.error))
        return parsed.data
      }
      const checked = {
        params: check('path', params, request.params),
        query: check('query', query ?? z.strictObject({}), request.query),
        headers: check('header', headers, headers === undefined ? {} : headersNamedBy(headers, request)),
        body: check('body', body, request.body ?? {}),
      }
      if (faults.length > 0) throw invalidRequest('The request is not as it has to be; see errors.', faults)
      const { rawBody, principal, context } = request
      // Everything has been through the schema whose output type the handler names; where a token is needed there is a principal.
      return handle({ ...checked, rawBody, principal, context } as unknown as Parameters<typeof handle>[0])
    }

    return {
      ...description,
      ...(params === undefined ? {} : { params }),
      ...(query === undefined ? {} : { query }),
      ...(headers === undefined ? {} : { headers }),
      ...(body === undefined ? {} : { body }),
      answer,
    }
  }

/** @throws Error naming every route without access, and every one that is declared twice */
export const assertDeclared = (routes: readonly Route[]): void => {
  const seen = new Set<string>()
  const faults = routes.flatMap(({ method, path, access }: Partial<Route>) => {
    const name = `${method?.toUpperCase()} ${path}`
    const found: string[] = []
    if (access !== 'public' && !(Array.isArray(access) && access.length > 0)) found.push(`${name} does not say who may`)
    if (seen.has(name)) found.push(`${name} is declared twice`)
    seen.add(name)
    return found
  })
  if (faults.length > 0) throw new Error(faults.join('; '))
}
