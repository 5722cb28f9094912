// A process of its own that consumes a group, and dies of every event of the type `Kills`: <event store> <PostgreSQL> <group>.
// Each event it has handled is a line: its stream.
import { connectEventStore } from '../../infrastructure/event-store/adapter.ts'
import { StoreUnavailable } from '../../infrastructure/event-store/port.ts'
import { createLogger } from '../../infrastructure/observability/logger.ts'
import { openPool } from '../../infrastructure/postgres/pool.ts'
import { consumeGroup } from '../../infrastructure/subscriptions/persistent.ts'
import { postgresAttempts } from '../../infrastructure/subscriptions/postgres-attempts.ts'
import { createRunningAlone } from '../../infrastructure/subscriptions/running-alone.ts'
import { settings } from './consumer-under-test.ts'

const [, , url = '', database = '', group = ''] = process.argv
const logger = createLogger({ service: 'consumer', level: 'error' })
const warn = (message: string, error: unknown) => logger.warn(message, { error })
const store = await connectEventStore({ url, warn })
const pool = openPool({ url: database, applicationName: 'consumer', logger })

consumeGroup({
  store,
  group,
  settings,
  bufferSize: 50,
  maxRunning: 20,
  keyOf: ({ stream }) => stream,
  isOurs: ({ stream }) => stream.startsWith('order-'),
  handle: async ({ type, stream }) => {
    if (type === 'Kills') process.kill(process.pid, 'SIGKILL')
    // What runs beside the one that kills is still running when it does.
    await new Promise((resolve) => setTimeout(resolve, 20))
    process.stdout.write(`${stream}\n`)
    return 'done'
  },
  isStoreAway: (error) => error instanceof StoreUnavailable,
  isPassing: () => false,
  probe: () => store.probe(2_000),
  handlerVersion: '1',
  crashGuarding: {
    ledger: postgresAttempts({ database: pool, now: Date.now, warn }),
    running: createRunningAlone(),
  },
})
