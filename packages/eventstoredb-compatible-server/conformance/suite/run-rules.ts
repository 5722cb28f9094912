import type { EventStoreDBClient } from '@eventstore/db-client'
import { CHAPTERS } from './chapters.ts'
import { declaredRules, titleOf, type Rule } from './rule.ts'
import { Server } from './server.ts'
import { isOlder } from './server-version.ts'

export type Target = {
  readonly url: () => string
  /** Whether it is the embedded server that was started for this, with which everything may be done. */
  readonly embedded: boolean
  /** By which another server was started for this, and more may be. Without it, and not embedded, it is somebody else's. */
  readonly command?: string
  /** A server whose standard projections are running: for the rules that need one. Undefined where there is none. */
  readonly projecting: () => Promise<string | undefined>
  /** Only rules whose chapter or title holds this. */
  readonly grep?: RegExp
  /** The version of the server, asked for before the first rule. */
  readonly version: () => string
}

/** Rules that wait, at a time. Some start a server each: the embedded one is small, others may not be. */
const SIDE_BY_SIDE = { embedded: 12, byCommand: 4 }
const WAITING_LIMIT = { embedded: 120_000, byCommand: 900_000 }

/** Declares the rules to mocha: a suite for each chapter, a test for each rule. The chapters must have been imported before. */
export const declareRules = ({ url, embedded, command, projecting, grep, version }: Target): void => {
  const chosen = declaredRules().filter(
    (rule) => grep === undefined || grep.test(`${rule.section} ${CHAPTERS.get(rule.section)} ${titleOf(rule)}`),
  )
  const waiting = new Map<Rule, Promise<Error | undefined>>()

  let projectingUrl: string | undefined
  before('projections', async function () {
    this.timeout(60_000)
    if (chosen.some(({ needs }) => needs !== undefined)) projectingUrl = await projecting()
  })

  before('rules that wait', async function () {
    const kind = command === undefined ? 'embedded' : 'byCommand'
    this.timeout(WAITING_LIMIT[kind])
    const pending = chosen.filter(({ waits, ...rule }) => waits === true && mayRun(rule))
    const clients: EventStoreDBClient[] = []
    const free = Array.from({ length: SIDE_BY_SIDE[kind] }, async () => {
      for (let rule = pending.shift(); rule !== undefined; rule = pending.shift()) {
        const outcome = outcomeOf(rule, new Server(url(), command), clients)
        waiting.set(rule, outcome)
        await outcome
      }
    })
    await Promise.all(free)
    await Promise.all(clients.map((client) => client.dispose()))
  })

  const mayRun = ({ embeddedOnly, only, since }: Pick<Rule, 'embeddedOnly' | 'only' | 'since'>): boolean =>
    embedded ||
    (!embeddedOnly &&
      (only === undefined || command !== undefined) &&
      (since === undefined || !isOlder(version(), since)))

  for (const [section, name] of CHAPTERS) {
    const rules = chosen.filter((rule) => rule.section === section)
    if (rules.length === 0) continue
    describe(`${section} ${name}`, () => {
      for (const rule of rules) {
        it(titleOf(rule), async function () {
          this.timeout(60_000)
          const address = rule.needs === undefined ? url() : projectingUrl
          if (!mayRun(rule) || address === undefined) return this.skip()
          const error = await (waiting.get(rule) ?? outcomeOf(rule, new Server(address, command)))
          if (error !== undefined) throw error
        })
      }
    })
  }
}

const outcomeOf = async (rule: Rule, server: Server, clients?: EventStoreDBClient[]): Promise<Error | undefined> => {
  try {
    await rule.show(server)
    return undefined
  } catch (error) {
    if (!(error instanceof Error)) return new Error(String(error))
    // Errors of the batch stream come without words.
    if (error.message === '' && 'type' in error) error.message = `the client was told: ${String(error.type)}`
    return error
  } finally {
    await server.close(clients)
  }
}
