// `npm run groups -- list [--check] | apply [--dry-run] [group…]`.
// Exit codes: 0 done, 1 failed (or, with --check, a group is missing or set otherwise than wanted), 2 asked for in a wrong way.
import { join } from 'node:path'
import { Command } from 'commander'
import { z } from 'zod'
import { eventStoreUrl } from '../../infrastructure/event-store/event-store-url.ts'
import { confirmed } from '../../infrastructure/command-line/confirmed.ts'
import { complain, say } from '../../infrastructure/command-line/say.ts'
import { connectEventStore } from '../../infrastructure/event-store/adapter.ts'
import type { EventStore } from '../../infrastructure/event-store/port.ts'
import { commonConfig, readConfig } from '../../infrastructure/lifecycle/config.ts'
import { withLocalStores } from '../../infrastructure/lifecycle/local-stores.ts'
import { groupSettings } from '../groups.ts'
import { serviceNames } from '../services.ts'
import { actionFor, applySettings, type Applied } from './apply-settings.ts'
import { groupState, isAsWanted, type GroupState } from './group-states.ts'
import { appliedAsJson, appliedLine, differencesOf, groupsText, stateAsJson } from './output.ts'

const sayJson = (value: unknown) => say(JSON.stringify(value, null, 2))

class WrongUse extends Error {}

const config = z.object({ ...commonConfig, EVENTSTORE_URL: eventStoreUrl })

const withStore = async <Result>(work: (store: EventStore) => Promise<Result>): Promise<Result> => {
  const environment = withLocalStores(process.env, join(import.meta.dirname, '../..'))
  const store = await connectEventStore({ url: readConfig(config, environment).EVENTSTORE_URL })
  try {
    await store.probe(5_000)
    return await work(store)
  } finally {
    await store.dispose()
  }
}

const statesOf = (store: EventStore, groups: readonly string[]): Promise<readonly GroupState[]> =>
  Promise.all(groups.map((group) => groupState(store, group, groupSettings)))

const list = ({ check, json }: { readonly check?: true; readonly json?: true }): Promise<number> =>
  withStore(async (store) => {
    const states = await statesOf(store, serviceNames)
    if (json === true) sayJson({ groups: states.map(stateAsJson) })
    else say(groupsText(states))
    return check === true && !states.every(isAsWanted) ? 1 : 0
  })

const whatAnUpdateDoes =
  'An update drops all consumers of the group, of every process. They reconnect by themselves, and what they have not acknowledged comes again.'

type ApplyFlags = { readonly dryRun?: true; readonly yes?: true; readonly json?: true }

const apply = async (named: readonly string[], { dryRun, yes, json }: ApplyFlags): Promise<number> => {
  const unknown = named.filter((name) => !serviceNames.some((group) => group === name))
  if (unknown.length > 0)
    throw new WrongUse(`There is no group ${unknown.join(', ')}. There are: ${serviceNames.join(', ')}.`)
  return withStore(async (store) => {
    const states = await statesOf(store, named.length === 0 ? serviceNames : [...new Set(named)])
    const actions = states.map(actionFor)
    if (json !== true) {
      for (const line of differencesOf(states)) say(line)
      if (actions.includes('update')) say(whatAnUpdateDoes)
    }
    const results: Applied[] = []
    if (dryRun === true) {
      results.push(...states.map((state) => ({ ...state, action: actionFor(state), done: false })))
      if (json !== true) say('Nothing was changed: --dry-run.')
    } else if (actions.includes('update') && yes !== true && !(await confirmed('Change them?'))) {
      complain('Nothing was done.')
      return 1
    } else {
      for await (const result of applySettings(store, states, groupSettings)) {
        results.push(result)
        if (json !== true) say(appliedLine(result))
      }
    }
    if (json === true) sayJson({ dryRun: dryRun === true, results: results.map(appliedAsJson) })
    return results.some(({ failed }) => failed !== undefined) ? 1 : 0
  })
}

const ending = async (work: () => Promise<number>): Promise<void> => {
  try {
    process.exitCode = await work()
  } catch (error) {
    complain(error instanceof Error ? error.message : String(error))
    process.exitCode = error instanceof WrongUse ? 2 : 1
  }
}

const exits = (command: Command): Command => command.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))

const program = exits(new Command('npm run groups --'))
  .description('The persistent subscriptions of the services: how they are, and bringing changed settings to them.')
  .addHelpText(
    'after',
    `
The groups are ${serviceNames.join(', ')}; what is wanted of them stands in processors/groups.ts. No start changes one that exists.
Uses EVENTSTORE_URL; without it, the event store that npm start runs here.
Exit codes: 0 done, 1 failed (or, with --check, not as wanted), 2 asked for in a wrong way.`,
  )

exits(program.command('list').description('each group: consumers, in flight, parked, lag, and how its settings differ'))
  .option('--check', 'exit code 1 when a group is missing or set otherwise than wanted')
  .option('--json', 'as JSON')
  .action((flags: { check?: true; json?: true }) => ending(() => list(flags)))
exits(
  program
    .command('apply')
    .description('gives the groups that differ the settings that are wanted; makes those that are missing')
    .argument('[group...]', `which groups: ${serviceNames.join(', ')}; all when none is named`),
)
  .option('--dry-run', 'show what differs, change nothing')
  .option('--yes', 'do not ask, also on a terminal')
  .option('--json', 'the outcome as JSON')
  .action((groups: string[], flags: ApplyFlags) => ending(() => apply(groups, flags)))

await program.parseAsync()
