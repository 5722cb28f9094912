// `npm run dead-letters -- list | show <group> <number> | retry <group> <number> | retry --all`.
// Exit codes: 0 done, 1 failed (or a dead letter is not settled), 2 asked for in a wrong way.
import { Command } from 'commander'
import { confirmed } from '../../infrastructure/command-line/confirmed.ts'
import { deadLettersClient, RequestFailed, type DeadLettersClient } from './client.ts'
import { deadLettersTable, wholeDeadLetterText } from './cli-output.ts'
import { retryEach, type Retried } from './retrying.ts'

const say = (line: string) => process.stdout.write(`${line}\n`)
const complain = (line: string) => process.stderr.write(`${line}\n`)
const asJson = (value: unknown) => JSON.stringify(value, null, 2)

class WrongUse extends Error {}

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

const resultLine = ({ group, number, settled, deadLetter, refused }: Retried): string => {
  if (settled) return `${group} ${number}: settled`
  return `${group} ${number}: ${deadLetter === undefined && refused === undefined ? 'still under way' : `not settled: ${refused ?? deadLetter?.lastFailure ?? ''}`}`
}

const list = async (
  group: string | undefined,
  { settled, ...common }: Common & { readonly settled?: true },
): Promise<number> => {
  const deadLetters = await clientFrom(common).list({ group, resolvedToo: settled === true })
  say(common.json === true ? asJson({ items: deadLetters }) : deadLettersTable(deadLetters))
  return 0
}

const show = async (group: string, number: string, common: Common): Promise<number> => {
  const deadLetter = await clientFrom(common).show(group, number)
  say(common.json === true ? asJson(deadLetter) : wholeDeadLetterText(deadLetter))
  return 0
}

type RetryFlags = Common & { readonly all?: true; readonly yes?: true }

const retry = async (
  group: string | undefined,
  number: string | undefined,
  { all, yes, ...common }: RetryFlags,
): Promise<number> => {
  if (all === true ? number !== undefined : number === undefined)
    throw new WrongUse('Name a group and a number, or --all (with a group, all of that group).')
  const client = clientFrom(common)
  const wanted =
    all === true
      ? (await client.list({ group, resolvedToo: false })).map((deadLetter) => ({
          group: deadLetter.group,
          number: String(deadLetter.number),
        }))
      : [{ group: group ?? '', number: number ?? '' }]
  if (
    yes !== true &&
    !(await confirmed(`Retry ${wanted.length === 1 ? 'one dead letter' : `${wanted.length} dead letters`}?`))
  ) {
    complain('Nothing was done.')
    return 1
  }
  const results: Retried[] = []
  for await (const result of retryEach(client, wanted)) {
    results.push(result)
    if (common.json !== true) say(resultLine(result))
  }
  if (common.json === true) say(asJson({ results }))
  return results.every(({ settled }) => settled) ? 0 : 1
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

const program = new Command('npm run dead-letters --')
  .description('Events that a service could not handle and has put aside.')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .addHelpText(
    'after',
    `
A group is order, inventory, payment or notification; a dead letter has its number within its group.
Each command needs the token of an operator: export TOKEN=$(npm run -s token -- --role operator)
Exit codes: 0 done, 1 failed or not settled, 2 asked for in a wrong way.`,
  )

common(program.command('list [group]').description('every dead letter that is not settled: what, why, how old'))
  .option('--settled', 'also those that are settled')
  .action((group: string | undefined, flags: Common) => ending(() => list(group, flags))())
common(program.command('show <group> <number>').description('one dead letter, with the content of its event')).action(
  (group: string, number: string, flags: Common) => ending(() => show(group, number, flags))(),
)
common(
  program.command('retry [group] [number]').description('has the event handled once more, in the order of its key'),
)
  .option('--all', 'every dead letter that is not settled, or all of one group')
  .option('--yes', 'do not ask')
  .action((group: string | undefined, number: string | undefined, flags: RetryFlags) =>
    ending(() => retry(group, number, flags))(),
  )

await program.parseAsync()
