import { isDeepStrictEqual } from 'node:util'
import { createRandom } from '../testing/random.ts'
import { until } from '../testing/until.ts'
import { checkLinearised } from './linearised.ts'
import type { Seen, Step } from './operations.ts'
import { RandomOperations, type Choices } from './random-operations.ts'
import type { Open } from './subject.ts'

export type Run = Choices & {
  readonly seed: number
  readonly rounds: number
  /** How probable a restart is after a round. */
  readonly restarts: number
  readonly open: Open
  /** Sets the clock on. */
  readonly advance: (milliseconds: number) => void
  readonly now: () => number
}

/**
 * One random run. In each round the clients start several operations, without waiting for one another, and all are answered before the
 * next round: between rounds the clock goes on and the data is opened anew. In the end everything seen is held against the rules.
 */
export const runAgainstRules = async ({
  seed,
  rounds,
  restarts,
  open,
  advance,
  now,
  ...choices
}: Run): Promise<void> => {
  const random = createRandom(seed)
  const operations = new RandomOperations(random, choices)
  const steps: Step[] = []
  const delivered: Seen[] = []
  let ticks = 0
  let subject = await open((event) => delivered.push(event))
  try {
    const given = (await subject.all()).length
    for (let round = 0; round < rounds; round += 1) {
      const underWay: Promise<void>[] = []
      for (let count = random.int(1, 12); count > 0; count -= 1) {
        const client = random.pick(subject.clients)
        const times = { invoked: ++ticks, now: now() }
        if (random.chance(0.6)) {
          const write = operations.write()
          underWay.push(
            client.write(write).then((outcome) => {
              steps.push({ ...times, answered: ++ticks, write, outcome })
              operations.learn(write, outcome)
            }),
          )
        } else {
          const read = operations.read()
          underWay.push(
            client.read(read).then((outcome) => void steps.push({ ...times, answered: ++ticks, read, outcome })),
          )
        }
        if (random.chance(0.2)) await new Promise((resolve) => setImmediate(resolve))
      }
      await Promise.all(underWay)
      advance(random.int(0, 900))
      if (random.chance(restarts)) {
        await subject.close()
        subject = await open((event) => delivered.push(event))
      }
    }
    const all = await subject.all()
    checkLinearised(steps, all, given)
    await until('everything written is delivered', () => delivered.length >= all.length - given)
    const written = all.slice(all.length - delivered.length)
    if (!isDeepStrictEqual(delivered, written)) throw new Error('what listeners were given is not what was written')
  } catch (error) {
    throw new Error(`EVENT_STORE_MODEL_SEED=${seed}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  } finally {
    await subject.close()
  }
}
