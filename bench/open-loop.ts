import { setTimeout as delay } from 'node:timers/promises'
import { Agent } from 'node:http'
import { send, type Call } from './closed-loop.ts'

export type Offered = {
  /** How often each status was answered; 0: no answer at all. */
  readonly statuses: ReadonlyMap<number, number>
  /** Calls a second that were really made: less than wanted when the driver itself could not do more. */
  readonly perSecond: number
}

const everyMs = 5

/** Makes calls at this rate for so long, whatever is answered meanwhile; ends when all are answered. */
export const openLoop = async (
  url: string,
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
  callOf: (index: number) => Call,
): Promise<Offered> => {
  const agent = new Agent({ keepAlive: true, maxSockets: 512 })
  const statuses = new Map<number, number>()
  const count = (status: number) => {
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
  }
  const answers: Promise<void>[] = []
  const began = performance.now()
  const elapsed = () => (performance.now() - began) / 1_000
  try {
    while (elapsed() < seconds) {
      const due = Math.floor(elapsed() * perSecond)
      while (answers.length < due)
        answers.push(
          send(url, agent, callOf(answers.length)).then(
            ({ status }) => count(status),
            () => count(0),
          ),
        )
      await delay(everyMs)
    }
    const made = answers.length / elapsed()
    await Promise.all(answers)
    return { statuses, perSecond: made }
  } finally {
    agent.destroy()
  }
}
