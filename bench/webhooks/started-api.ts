import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { startEventStoreProcess } from '../event-store-process.ts'
import { startProcess } from '../started-process.ts'

export type StartedApi = {
  readonly url: string
  readonly pid: number
  readonly eventStorePid: number
  /** Of its webhooks. */
  readonly secret: string
  stop(): Promise<void>
}

const program = fileURLToPath(new URL('../../command-api/main.ts', import.meta.url))
const someSecret = (): string => randomBytes(32).toString('hex')

/** The command API in a process of its own, on an embedded event store in another that keeps everything in memory. */
export const startApi = async (): Promise<StartedApi> => {
  const eventStore = await startEventStoreProcess(['--port', '0', '--memory'])
  const secret = someSecret()
  try {
    const api = await startProcess(
      [program],
      {
        EXIT_WITH_PARENT: '1',
        COMMAND_API_PORT: '0',
        EVENTSTORE_URL: eventStore.url,
        READ_API_URL: 'http://127.0.0.1:1',
        JWT_SECRET: someSecret(),
        JWT_ISSUER: 'bench',
        JWT_AUDIENCE: 'bench',
        PAYMENT_WEBHOOK_SECRET: secret,
        // Each is looked at: none is refused because there were many of its kind before.
        FAILED_AUTHENTICATIONS_PER_MINUTE: '100000000',
        SHUTDOWN_DELAY_SECONDS: '0',
        LOG_FORMAT: 'json',
      },
      /http:\/\/127\.0\.0\.1:\d+/,
    )
    return {
      url: api.url,
      pid: api.pid,
      eventStorePid: eventStore.pid,
      secret,
      async stop() {
        await api.stop()
        await eventStore.stop()
      },
    }
  } catch (error) {
    await eventStore.stop()
    throw error
  }
}
