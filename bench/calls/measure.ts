import { fork } from 'node:child_process'
import { join } from 'node:path'
import { processorTimeOf } from '../consumer/processor-time.ts'
import type { FromCaller, ToCaller } from './caller-process.ts'
import { startCalled } from './called.ts'
import { wayNames, type Kind, type WayName } from './ways.ts'

/** Of one round, in microseconds of processor time a call; undefined where the system does not say. */
export type Figures = { readonly callerUs: number; readonly calledUs: number | undefined }
export type Measured = { readonly kind: Kind; readonly way: string; readonly rounds: Figures[] }

export type Setup = {
  readonly kinds: readonly Kind[]
  /** Names of ways, or checkouts whose way and servers are measured as `shop`. */
  readonly ways: readonly string[]
  readonly calls: number
  readonly atOnce: number
  readonly rounds: number
  readonly profile: string | undefined
  readonly say: (line: string) => void
}

const here = join(import.meta.dirname, '../..')
const isName = (way: string): way is WayName => (wayNames as readonly string[]).includes(way)

/** Caller and called, a process each. */
const startPair = async (kind: Kind, way: string, { profile, atOnce }: Setup) => {
  const [checkout, name]: [string, WayName] = isName(way) ? [here, way] : [way, 'shop']
  const profiled = (side: string) =>
    profile === undefined
      ? []
      : [
          '--cpu-prof',
          '--cpu-prof-dir',
          profile,
          '--cpu-prof-name',
          `${kind}-${name}-${side}-${process.hrtime.bigint()}.cpuprofile`,
        ]
  const called = await startCalled(checkout, kind, name, profiled('called'))
  const caller = fork(join(checkout, 'bench/calls/caller-process.ts'), [kind, name, called.url], {
    execArgv: profiled('caller'),
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const ended = new Promise<void>((resolve) => {
    caller.once('exit', () => {
      resolve()
    })
  })
  const answer = () =>
    new Promise<FromCaller>((resolve, reject) => {
      const onExit = () => {
        reject(new Error(`the caller of ${kind}, ${way}, has ended`))
      }
      caller.once('exit', onExit)
      // It sends nothing else.
      caller.once('message', (message) => {
        caller.off('exit', onExit)
        resolve(message as FromCaller)
      })
    })
  await answer()
  return {
    round: async (count: number): Promise<Figures> => {
      const before = processorTimeOf(called.pid)
      const answered = answer()
      caller.send({ count, atOnce } satisfies ToCaller)
      const message = await answered
      if (message.kind !== 'called') throw new Error(`the caller says ${message.kind}`)
      const after = processorTimeOf(called.pid)
      return {
        callerUs: (message.processorMs * 1_000) / count,
        calledUs: before === undefined || after === undefined ? undefined : ((after - before) * 1_000) / count,
      }
    },
    stop: async () => {
      caller.disconnect()
      await ended
      await called.stop()
    },
  }
}

/** One round of each way after another, again and again; the first of each is a warm-up. */
export const measure = async (setup: Setup): Promise<readonly Measured[]> => {
  const measured: Measured[] = []
  for (const kind of setup.kinds) {
    const pairs = await Promise.all(
      setup.ways.map(async (way) => {
        const figures: Measured = { kind, way, rounds: [] }
        return { figures, ...(await startPair(kind, way, setup)) }
      }),
    )
    measured.push(...pairs.map(({ figures }) => figures))
    for (let round = 0; round <= setup.rounds; round += 1) {
      for (const { figures, round: run } of pairs) {
        const one = await run(setup.calls)
        if (round === 0) continue
        figures.rounds.push(one)
        setup.say(
          `${kind}, round ${round}, ${figures.way}: ${one.callerUs.toFixed(0)} µs for the caller, ${one.calledUs?.toFixed(0) ?? '–'} for the called`,
        )
      }
    }
    for (const { stop } of pairs) await stop()
  }
  return measured
}
