import type { Express } from 'express'
import { buildApi } from '../http-api/app.ts'
import type { Callers } from '../http-api/callers.ts'
import type { StreamBrowser } from '../infrastructure/event-store/browse.ts'
import { parkedStreamOf } from '../infrastructure/event-store/parked-stream.ts'
import { createEventStreams } from '../infrastructure/http/event-stream.ts'
import type { ReadinessCheck } from '../infrastructure/http/health.ts'
import type { Management } from '../infrastructure/http/management.ts'
import type { Logger } from '../infrastructure/observability/logger.ts'
import type { Registry } from '../infrastructure/observability/metrics.ts'
import { createForwarding, type Targets } from './forwarding.ts'
import type { PageFiles } from './page-files.ts'
import { servePage } from './serve-page.ts'
import { signInRouter, type SignInOptions } from './sign-in.ts'
import { streamRoutes } from './streams/routes.ts'

export type ConsoleDependencies = Callers & {
  readonly browser: Pick<StreamBrowser, 'stream' | 'all'>
  readonly page: PageFiles
  readonly targets: Targets
  readonly tokens: SignInOptions['tokens']
  /** Of the services: what is parked of theirs is listed. */
  readonly groups: readonly string[]
  readonly leaving?: AbortSignal
  readonly readiness: readonly ReadinessCheck[]
  readonly management?: Management | undefined
  readonly logger: Logger
  readonly registry: Registry
  readonly answerLimitMs?: number
  readonly tailEveryMs?: number
  readonly checkAnswers?: boolean
}

/** The operators' page, the streams, and the way to the other processes: each request there is the caller's own, by the caller's token. */
export const buildConsole = (dependencies: ConsoleDependencies): Express => {
  const { browser, page, targets, tokens, groups, leaving, answerLimitMs, tailEveryMs, ...http } = dependencies
  const { logger } = http
  return buildApi({
    ...http,
    api: {
      title: 'Orders: console',
      version: '1',
      description:
        'The streams of the event store, for operators. What is below /api/command, /api/read, /api/processors and /api/projections is answered by those processes.',
    },
    routes: streamRoutes({
      browser,
      eventStreams: createEventStreams({ leaving }),
      wellKnown: groups.map(parkedStreamOf),
      now: Date.now,
      logger,
      ...(tailEveryMs === undefined ? {} : { tailEveryMs }),
    }),
    besides: [
      servePage(page),
      createForwarding({ targets, leaving, ...(answerLimitMs === undefined ? {} : { answerLimitMs }) }),
      signInRouter({ tokens, now: () => new Date(), logger }),
    ],
  })
}
