import { usualDeadlines } from '../../domain/orders/deadline.ts'
import { openShop } from './actors/catalogue.ts'
import { letCustomersIn } from './actors/customers.ts'
import { letEarlierReleaseRun } from './actors/earlier-release.ts'
import { letOperatorsIn } from './actors/operators.ts'
import { idOf } from '../../domain/shared/streams.ts'
import type { Mutation } from './mutants/mutation.ts'
import { createScripts } from './scripts.ts'
import { openProcesses } from './shop.ts'
import { checkQuiet, watchAll, type Violation } from './statements/check-log.ts'
import { inFrontOfOperator, standingsOf, type Standing } from './statements/standings.ts'
import type { OperatorAnswer, Post } from './statements/statement.ts'
import type { Log } from './statements/log.ts'
import type { Outside } from './outages.ts'
import type { Life } from './processes.ts'
import { isGentle, type Climate } from './weather.ts'
import { createWorld, startAt } from './world.ts'

const minutes = 60_000
const hours = 60 * minutes
const mostSteps = 100_000
/** Longer than anything that was sent in the storm can still be on its way. */
const settlingMs = 15 * minutes
/** An order whose deadline fell into the storm is looked at again after an hour at most, and a little more for the jitter. */
const lookedAtAgainMs = 75 * minutes

/**
 * An order can be at rest without these where a message was lost: it holds nothing and keeps nothing, and whoever should have said so, or
 * released ahead what was never held, did not hear of it. Nor does an order wait for a hold: a dispute is told to people.
 */
const tracesOfWhatWasLost: ReadonlySet<string> = new Set([
  'PaymentVoided',
  'StockReleased',
  'LatePaymentDetected',
  'ShipmentHeld',
  'ShipmentReleased',
])

export type Run = {
  readonly seed: number
  /** Statement 0: something that nobody foresaw. */
  readonly violations: readonly Violation[]
  readonly steps: number
  readonly deaths: number
  /** Messages that no group was ever given, and how often an order that stood still was driven on. */
  readonly lost: number
  readonly drivenOn: number
  readonly parked: number
  readonly outageNoticed: number
  /** Virtual minutes until all was quiet. */
  readonly minutes: number
  /** How many events of each type there are. */
  readonly types: ReadonlyMap<string, number>
  /** Every event: two runs of one seed have the same. */
  readonly log: Log
}

export type RunOptions = {
  readonly seed: number
  readonly mutation?: Mutation | undefined
  /** What is down for five minutes, on top of the weather. */
  readonly outage?: Outside | undefined
  readonly trace?: ((line: string) => void) | undefined
  /** In place of the seed's own. */
  readonly climate?: Climate | undefined
  /** Told of each step of a process, before it is made; answers whether the process dies instead. */
  readonly diesAt?: ((life: Life, what: string) => boolean) | undefined
}

/** One shop, from its opening through a storm until nothing moves any more, and then everything once more. All of it follows from the seed. */
export const simulate = async ({ seed, mutation, outage, trace, climate, diesAt }: RunOptions): Promise<Run> => {
  const violations: Violation[] = []
  const note = (found: readonly Violation[]) => {
    for (const { statement, wrong } of found) trace?.(`        ✗ statement ${statement}: ${wrong}`)
    violations.push(...found)
  }
  const world = createWorld({
    seed,
    outage,
    trace,
    climate,
    diesAt,
    faults: (where, error) => note([{ statement: 0, wrong: `${where}: ${String(error)}` }]),
  })
  const { scheduler, random, weather, events } = world

  // 1 What must hold at every prefix is looked at as each append is made.
  const watching = watchAll()
  world.onWritten((append) => note(watching.append(append)))

  // 2 Processes and people.
  const processes = openProcesses(world, mutation)
  const scripts = createScripts(scheduler, world.faults)
  let posts: readonly Post[] = []
  let operatorAnswers: readonly OperatorAnswer[] = []
  scripts.start(async () => {
    const people = { ...world, call: processes.call, scripts, skus: await openShop(world, processes.call) }
    weather.breakLoose()
    operatorAnswers = letOperatorsIn(people)
    letEarlierReleaseRun(people)
    posts = letCustomersIn(people)
  })
  for (const slot of [0, 1]) processes.lookForDue(slot)

  // 3 The storm, and after it the calm, until nothing moves any more; or for too long.
  const stormEndsAt = startAt + random.int(20, 100) * minutes
  scheduler.after(stormEndsAt - startAt, 'the storm is over', () => {
    weather.calmDown()
  })
  let atRest = false
  const lookAround = (): void => {
    scheduler.after(5 * minutes, 'somebody looks whether all is quiet', () => {
      lookAround()
      if (scheduler.now() < stormEndsAt + settlingMs || scripts.running() > 0) return
      void processes.isAtRest().then((answer) => {
        atRest = answer
      })
    })
  }
  lookAround()
  const restless = () => scheduler.now() > stormEndsAt + 30 * hours
  await scheduler.run(() => atRest || restless() || violations.length > 0, mostSteps)
  const quietAt = scheduler.now()

  // 4 What must hold when all is quiet.
  await processes.foldUpTo(events.length, events.length)
  for (const failure of processes.tables.failures()) note([{ statement: 8, wrong: failure }])
  if (violations.length === 0) {
    note(
      checkQuiet({
        events,
        posts,
        operatorAnswers,
        parkedMessages: processes.groups.parkedMessages,
        books: processes.books(),
        messages: processes.messages.sent(),
        tables: processes.tables.tables(),
        undisturbed:
          isGentle(world.climate) &&
          world.processes.deaths() === 0 &&
          outage === undefined &&
          processes.groups.lost() === 0,
        lossy: processes.groups.lost() > 0,
        decidedBy: (placedAt) =>
          new Date(Math.max(placedAt.getTime() + usualDeadlines.latest, stormEndsAt) + lookedAtAgainMs),
      }),
    )
    if (!atRest) note([{ statement: 5, wrong: 'it does not become quiet' }])
    note(
      processes.groups.parkedMessages.map(({ group, stored, reason }) => ({
        statement: 0,
        wrong: `${group} parked ${stored.type} ${stored.id}: ${reason.code}`,
      })),
    )
  }

  // 5 Everything once more, to everybody: it is all so already, and nobody is charged or written to again.
  const before = events.length
  const calledBefore = processes.calls()
  if (violations.length === 0) {
    processes.groups.redeliverAll(events.slice(), world.storedOf)
    await scheduler.run(() => processes.isIdle() || violations.length > 0, mostSteps)
    const calls = processes.calls() - calledBefore
    const written = events.slice(before)
    // Of an order that is in an operator's hands, somebody may not have heard of its being closed.
    const standings = processes.groups.lost() > 0 ? standingsOf(events.slice(0, before)) : new Map<string, Standing>()
    const isInHand = ({ stream }: Log[number]): boolean => {
      const standing = standings.get(idOf(stream))
      return standing !== undefined && inFrontOfOperator(standing)
    }
    const isTrace = ({ event }: Log[number]): boolean =>
      processes.groups.lost() > 0 && tracesOfWhatWasLost.has(event.type)
    if (calls > 0 && !written.some(isInHand))
      note([{ statement: 7, wrong: `delivered once more, the events led to ${calls} charges and messages` }])
    note(
      written
        .filter((recorded) => !isTrace(recorded) && !isInHand(recorded))
        .map(({ event, stream }) => ({
          statement: 10,
          wrong: `delivered once more, the events led to ${event.type} in ${stream}`,
        })),
    )
  }

  const types = new Map<string, number>()
  for (const { event } of events) types.set(event.type, (types.get(event.type) ?? 0) + 1)
  return {
    seed,
    violations,
    types,
    steps: scheduler.steps(),
    deaths: world.processes.deaths(),
    lost: processes.groups.lost(),
    drivenOn: processes.drivenOn(),
    parked: processes.groups.parkedMessages.length,
    outageNoticed: world.outageNoticed(),
    minutes: Math.round((quietAt - startAt) / minutes),
    log: events,
  }
}
