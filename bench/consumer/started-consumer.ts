import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ServiceName } from '../../processors/services.ts'
import type { FromConsumer, ToConsumer } from './consumer-process.ts'

export type StartedConsumer = {
  start(round: string): Promise<void>
  /** Answers when so many more have been handled than were at the last answer. */
  handled(wanted: number): Promise<Extract<FromConsumer, { kind: 'handled' }>>
  /** Answers when nothing has come for a while. */
  quiet(): Promise<void>
  memory(): Promise<Extract<FromConsumer, { kind: 'memory' }>>
  /** Answers how many deliveries there were since the last question for what was handled. */
  stop(): Promise<number>
  exit(): void
}

export type ConsumerSetup = {
  /** The name of a way, or a checkout whose way is measured as `shop`. */
  readonly way: string
  readonly url: string
  readonly handlerMs: number
  readonly services: readonly ServiceName[]
  readonly nodeArgs: readonly string[]
}

/** A consumer in a process of its own. It answers one question after the other. */
export const startConsumer = async ({
  way,
  url,
  handlerMs,
  services,
  nodeArgs,
}: ConsumerSetup): Promise<StartedConsumer> => {
  const [folder, name] = way.includes('/') ? [`file://${way}/bench/consumer/`, 'shop'] : [import.meta.url, way]
  const child: ChildProcess = fork(
    fileURLToPath(new URL('consumer-process.ts', folder)),
    [name, String(handlerMs), url, services.join(',')],
    { execArgv: [...nodeArgs] },
  )
  const answer = <Kind extends FromConsumer['kind']>(kind: Kind) =>
    new Promise<Extract<FromConsumer, { kind: Kind }>>((resolve, reject) => {
      const onExit = () => {
        reject(new Error(`the consumer ${way} has ended`))
      }
      child.once('exit', onExit)
      child.once('message', (message) => {
        child.off('exit', onExit)
        // It sends nothing else.
        const answered = message as FromConsumer
        if (answered.kind === kind) resolve(answered as Extract<FromConsumer, { kind: Kind }>)
        else reject(new Error(`the consumer ${way} said ${answered.kind} in place of ${kind}`))
      })
    })
  const ask = <Kind extends FromConsumer['kind']>(message: ToConsumer, kind: Kind) => {
    const answered = answer(kind)
    child.send(message)
    return answered
  }
  await answer('ready')
  return {
    async start(round) {
      await ask({ kind: 'start', round }, 'started')
    },
    handled: (wanted) => ask({ kind: 'expect', wanted }, 'handled'),
    async quiet() {
      await ask({ kind: 'quiet' }, 'quiet')
    },
    memory: () => ask({ kind: 'memory' }, 'memory'),
    stop: async () => (await ask({ kind: 'stop' }, 'stopped')).deliveries,
    exit() {
      child.send({ kind: 'exit' } satisfies ToConsumer)
    },
  }
}
