// `npm run dead-letters -- list | show | retry | discard`; `--help` says how.
// Exit codes: 0 done, 1 failed (or a dead letter is not settled), 2 asked for in a wrong way.
import { Command, InvalidArgumentError } from 'commander'
import { textFault } from '../../domain/shared/text.ts'
import { confirmed } from '../../infrastructure/command-line/confirmed.ts'
import { complain, say } from '../../infrastructure/command-line/say.ts'
import { apartMsOf, filterOf, hasFilter, limitOf, WrongUse, type FilterFlags } from './cli-options.ts'
import { deadLettersTable, resultLine, wholeDeadLetterText, wouldLine } from './cli-output.ts'
import { deadLettersClient, RequestFailed, type DeadLettersClient } from './client.ts'
import type { DeadLetter } from './dead-letter.ts'
import { waitsBehindCode } from './letter.ts'
import { decideEach } from './decide-each.ts'
import { discarding, retrying, type Decide, type Result } from './retrying.ts'

const longestWhy = 500

/** @throws InvalidArgumentError what would be refused */
const readWhy = (text: string): string => {
  const fault = textFault(text.trim(), longestWhy)
  if (fault !== undefined) throw new InvalidArgumentError(fault)
  return text
}

const asJson = (value: unknown) => JSON.stringify(value, null, 2)

type Common = { readonly url?: string; readonly token?: string; readonly json?: true }

const clientFrom = ({ url, token }: Common): DeadLettersClient => {
  const found = token ?? process.env['TOKEN']
  if (!found)
    throw new WrongUse(
      'A token of an operator is needed: --token, or TOKEN in the environment (npm run -s token -- --role operator).',
    )
  const port = process.env['PROCESSORS_PORT'] ?? '3003'
  return deadLettersClient(url ?? process.env['PROCESSORS_URL'] ?? `http://127.0.0.1:${port}`, found)
}

const list = async (
  group: string | undefined,
  flags: Common & FilterFlags & { readonly settled?: true },
): Promise<number> => {
  const wanted = { group: group ?? flags.group, resolvedToo: flags.settled === true, filter: filterOf(flags) }
  const deadLetters = await clientFrom(flags).list(wanted)
  say(flags.json === true ? asJson({ items: deadLetters }) : deadLettersTable(deadLetters))
  return 0
}

const show = async (group: string, number: string, flags: Common): Promise<number> => {
  const deadLetter = await clientFrom(flags).show(group, number)
  say(flags.json === true ? asJson(deadLetter) : wholeDeadLetterText(deadLetter))
  return 0
}

type ManyFlags = Common &
  FilterFlags & {
    readonly all?: true
    readonly yes?: true
    readonly limit?: string
    readonly rate?: string
    readonly dryRun?: true
  }

type Chosen = { readonly meant: readonly DeadLetter[]; readonly byThemselves: number }

/** One by its number, or those that the flags mean. What only waits behind another one is released by itself. */
const choose = async (
  client: DeadLettersClient,
  [group, number]: readonly [string | undefined, string | undefined],
  flags: ManyFlags,
  passOver: (deadLetter: DeadLetter) => boolean,
): Promise<Chosen> => {
  const many = flags.all === true || flags.limit !== undefined || hasFilter(flags)
  if (many === (number !== undefined))
    throw new WrongUse('Name a group and a number; or --all, --limit or a filter (with a group, of that group).')
  if (group !== undefined && number !== undefined) return { meant: [await client.show(group, number)], byThemselves: 0 }
  const found = await client.list({ group: group ?? flags.group, resolvedToo: false, filter: filterOf(flags) })
  const meant = found.filter((deadLetter) => !passOver(deadLetter))
  return { meant: meant.slice(0, limitOf(flags.limit)), byThemselves: found.length - meant.length }
}

const asideOf = ({ byThemselves }: Chosen): string =>
  byThemselves === 0 ? '' : ` ${byThemselves} only wait behind another one, and follow by themselves.`

/** `items` as they are told with `--json`. */
const dryRun = (chosen: Chosen, items: readonly DeadLetter[], would: readonly string[], { json }: Common): number => {
  const text = [deadLettersTable(chosen.meant), ...would, `Nothing was done.${asideOf(chosen)}`].join('\n')
  say(json === true ? asJson({ items }) : text)
  return 0
}

const dryRunOfRetry = async (client: DeadLettersClient, chosen: Chosen, flags: Common): Promise<number> => {
  const items: DeadLetter[] = []
  const would: string[] = []
  for (const one of chosen.meant)
    try {
      const whole = await client.show(one.group, String(one.number))
      items.push(whole)
      would.push(wouldLine(whole))
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error
      items.push(one)
      would.push(`${one.group} ${one.number} is not known: ${error.message}`)
    }
  return dryRun(chosen, items, would, flags)
}

const decideAll = async (
  what: 'Retry' | 'Discard',
  chosen: Chosen,
  decide: Decide,
  flags: ManyFlags,
): Promise<number> => {
  const { meant } = chosen
  const apartMs = apartMsOf(flags.rate)
  const aside = asideOf(chosen)
  const question = `${what} ${meant.length === 1 ? 'one dead letter' : `${meant.length} dead letters`}?${aside}`
  if (flags.yes !== true && !(await confirmed(question))) {
    complain('Nothing was done.')
    return 1
  }
  const places = meant.map(({ group, number }) => ({ group, number: String(number) }))
  const results: Result[] = []
  for await (const result of decideEach(places, decide, apartMs)) {
    results.push(result)
    if (flags.json !== true) say(resultLine(result))
  }
  if (flags.json === true) say(asJson({ results }))
  else if (aside !== '') say(aside.trim())
  return results.every(({ settled }) => settled) ? 0 : 1
}

type Place = readonly [group: string | undefined, number: string | undefined]

const retry = async (place: Place, flags: ManyFlags): Promise<number> => {
  const client = clientFrom(flags)
  const chosen = await choose(client, place, flags, ({ code }) => code === waitsBehindCode)
  if (flags.dryRun === true) return dryRunOfRetry(client, chosen, flags)
  return decideAll('Retry', chosen, retrying(client), flags)
}

const discard = async (place: Place, { why, ...flags }: ManyFlags & { readonly why: string }): Promise<number> => {
  const client = clientFrom(flags)
  const chosen = await choose(client, place, flags, () => false)
  if (flags.dryRun === true) return dryRun(chosen, chosen.meant, [], flags)
  return decideAll('Discard', chosen, discarding(client, why), flags)
}

const ending = (work: () => Promise<number>) => async () => {
  try {
    process.exitCode = await work()
  } catch (error) {
    complain(
      error instanceof RequestFailed && error.code !== undefined
        ? `${error.message} (${error.code})`
        : error instanceof Error
          ? error.message
          : String(error),
    )
    process.exitCode = error instanceof WrongUse ? 2 : 1
  }
}

const common = (command: Command): Command =>
  command
    .option('--json', 'as JSON')
    .option('--url <url>', 'where the processors listen (PROCESSORS_URL; http://127.0.0.1:3003)')
    .option('--token <token>', "an operator's token (TOKEN)")
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))

const filtered = (command: Command): Command =>
  common(command)
    .option('--group <group>', 'of one group')
    .option('--type <type>', "of one type of event, like 'OrderPlaced'")
    .option('--reason <code>', "that stand for this, like 'unexpected_error'")
    .option('--older-than <duration>', 'parked longer ago: 90s, 10m, 2h, 1d')
    .option('--order <id>', 'of one order')
    .option('--key <key>', 'of one key: of what is about no order, the name of its stream')

const many = (command: Command, dryRunShows: string): Command =>
  filtered(command)
    .option('--all', 'every dead letter that is not settled, or all of one group')
    .option('--limit <n>', 'the first so many of them')
    .option('--rate <n/s>', 'begin at most so many a second')
    .option('--dry-run', `only show ${dryRunShows}`)
    .option('--yes', 'do not ask')

const program = new Command('npm run dead-letters --')
  .description('Events that a service could not handle and has put aside.')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .addHelpText(
    'after',
    `
A group is order, inventory, payment or notification; a dead letter has its number within its group.
Each command needs the token of an operator: export TOKEN=$(npm run -s token -- --role operator)
Exit codes: 0 done, 1 failed or not settled, 2 asked for in a wrong way.
What each reason means, and what to do: docs/operations/dead-letters.md`,
  )

filtered(program.command('list [group]').description('every dead letter that is not settled: what, why, how old'))
  .option('--settled', 'also those that are settled')
  .action((group: string | undefined, flags: Common & FilterFlags) => ending(() => list(group, flags))())
common(
  program
    .command('show <group> <number>')
    .description('one dead letter: its event, its history, what a retry would do, what waits behind it'),
).action((group: string, number: string, flags: Common) => ending(() => show(group, number, flags))())
many(
  program.command('retry [group] [number]').description('has the event handled once more, in the order of its key'),
  'which, and what each would do',
).action((group: string | undefined, number: string | undefined, flags: ManyFlags) =>
  ending(() => retry([group, number], flags))(),
)
many(program.command('discard [group] [number]').description('has the event left undone, for good'), 'which')
  .requiredOption('--why <text>', `kept with the decision, up to ${longestWhy} characters`, readWhy)
  .action((group: string | undefined, number: string | undefined, flags: ManyFlags & { readonly why: string }) =>
    ending(() => discard([group, number], flags))(),
  )

await program.parseAsync()
