import { context, trace } from '@opentelemetry/api'
import { createRequire, syncBuiltinESMExports } from 'node:module'
import { ExpressInstrumentation, ExpressLayerType } from '@opentelemetry/instrumentation-express'
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg'
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici'
import { traceparentOf } from './traceparent.ts'

/** Asked for all day, and part of nothing. */
const isOwnPath = (url: string | undefined): boolean => /^\/(health\/|metrics|openapi\.json|docs)/.test(url ?? '')

/**
 * What libraries do, as spans. Outside of a trace they record nothing: neither the connections' upkeep nor what goes round and round makes
 * traces of its own.
 */
export const instrumentations = () => [
  new HttpInstrumentation({
    requireParentforOutgoingSpans: true,
    // Of what is no part of a trace not even a look is taken.
    ignoreOutgoingRequestHook: () => trace.getSpan(context.active()) === undefined,
    ignoreIncomingRequestHook: ({ url }) => isOwnPath(url),
    requestHook: (span, request) => {
      // Of a request that came in: from here on it is known by its own span, in the log and to its caller too.
      if ('headers' in request && !('getHeader' in request))
        request.headers['traceparent'] = traceparentOf(span.spanContext())
    },
  }),
  // It gives a request's span the route's name. Its layers would be a dozen spans a request.
  new ExpressInstrumentation({
    ignoreLayersType: [ExpressLayerType.MIDDLEWARE, ExpressLayerType.ROUTER, ExpressLayerType.REQUEST_HANDLER],
  }),
  new PgInstrumentation({
    requireParentSpan: true,
    ignoreConnectSpans: true,
    // Else a prepared statement's name, of which there are as many as statements.
    requestHook: (span, { query: { text } }) => {
      span.updateName(`sql ${/\w+/.exec(text)?.[0] ?? ''}`)
    },
  }),
  new UndiciInstrumentation({ requireParentforSpans: true }),
]

/**
 * Has the instrumentations put in place. They watch `require`, which this project's modules never call; but what they change are the
 * libraries' own prototypes, which those who import them share. So asking once is enough, whoever has imported them before, and no hook
 * has to be in the way of everything that is loaded. What node:http exports by name has to be told to its importers.
 */
export const putInPlace = (): void => {
  const require = createRequire(import.meta.url)
  for (const name of ['node:http', 'node:https', 'express', 'pg']) require(name)
  syncBuiltinESMExports()
}
