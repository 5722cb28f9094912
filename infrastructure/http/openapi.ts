import { STATUS_CODES } from 'node:http'
import { z } from 'zod'
import {
  createDocument,
  type oas31,
  type ZodOpenApiOperationObject,
  type ZodOpenApiResponseObject,
  type ZodOpenApiResponsesObject,
} from 'zod-openapi'
import type { RefusalStatus } from './faults.ts'
import { problemSchema } from './problem.ts'
import type { AnswerDescription, Route } from './routes.ts'

export type ApiDescription = { readonly title: string; readonly version: string; readonly description: string }

const problem = (status: number, codes: readonly string[]): ZodOpenApiResponseObject => ({
  description: [STATUS_CODES[status], ...codes.map((code) => `\`${code}\``)].join(' · '),
  content: { 'application/problem+json': { schema: problemSchema } },
})

/** Of what is public: without a token, or with one. What is signed needs neither. */
const securityOf = ({ access, unlimited }: Route) => {
  if (access !== 'public') return [{ bearer: [] }]
  return unlimited === true ? [] : [{}, { bearer: [] }]
}

const statusesOf = (route: Route, refusalStatus: RefusalStatus): readonly number[] => [
  400,
  ...(securityOf(route).length === 0 ? [] : [401]),
  ...(route.access === 'public' ? [] : [403]),
  ...(route.headers !== undefined && 'If-Match' in route.headers.shape ? [412] : []),
  ...(route.body === undefined ? [] : [413, 415]),
  429,
  ...(route.problems ?? []),
  ...(route.refusals ?? []).map((code) => refusalStatus(code)),
  500,
  503,
]

const problemsOf = (route: Route, refusalStatus: RefusalStatus): ZodOpenApiResponsesObject => {
  const statuses = [...new Set(statusesOf(route, refusalStatus))].sort((a, b) => a - b)
  return Object.fromEntries(
    statuses.map((status) => [
      String(status),
      problem(
        status,
        (route.refusals ?? []).filter((code) => refusalStatus(code) === status),
      ),
    ]),
  )
}

const answer = ({
  description,
  body,
  eventStream,
  texts = {},
  headers,
}: AnswerDescription): ZodOpenApiResponseObject => ({
  description,
  content: {
    'application/json': { schema: body },
    ...(eventStream === undefined ? {} : { 'text/event-stream': { schema: eventStream } }),
    ...Object.fromEntries(
      Object.entries(texts).map(([mediaType, has]) => [mediaType, { schema: z.string().meta({ description: has }) }]),
    ),
  },
  ...(headers === undefined
    ? {}
    : {
        headers: z.object(
          Object.fromEntries(
            Object.entries(headers).map(([name, text]) => [name, z.string().meta({ description: text })]),
          ),
        ),
      }),
})

const operation = (route: Route, refusalStatus: RefusalStatus): ZodOpenApiOperationObject => ({
  operationId: `${route.method}${route.path.replaceAll(/[^A-Za-z0-9]+(.?)/g, (_all, next: string) => next.toUpperCase())}`,
  summary: route.summary,
  tags: [route.tag],
  description: [route.description, route.access === 'public' ? undefined : `For: ${route.access.join(', ')}.`]
    .filter((text) => text !== undefined)
    .join('\n\n'),
  security: securityOf(route),
  requestParams: {
    ...(route.params === undefined ? {} : { path: route.params }),
    ...(route.query === undefined ? {} : { query: route.query }),
    ...(route.headers === undefined ? {} : { header: route.headers }),
  },
  ...(route.body === undefined
    ? {}
    : { requestBody: { required: true, content: { 'application/json': { schema: route.body } } } }),
  responses: {
    ...Object.fromEntries(Object.entries(route.answers).map(([status, description]) => [status, answer(description)])),
    ...problemsOf(route, refusalStatus),
  },
})

/** OpenAPI 3.1 of the routes, made from the schemas that check them. */
export const openApiOf = (
  api: ApiDescription,
  routes: readonly Route[],
  refusalStatus: RefusalStatus,
): oas31.OpenAPIObject => {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {}
  for (const route of routes)
    paths[route.path] = { ...paths[route.path], [route.method]: operation(route, refusalStatus) }
  return createDocument({
    openapi: '3.1.0',
    info: { title: api.title, version: api.version, description: api.description },
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
    paths,
  })
}
