// `npm run doctor -- [--process <name>…] [--json]`.
// Exit codes: 0 all is fine, 1 something is wrong or could not be looked at, 2 asked for in a wrong way.
import { join } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { complain, say } from '../infrastructure/command-line/say.ts'
import { withLocalStores } from '../infrastructure/lifecycle/local-stores.ts'
import { examine } from './examine.ts'
import { openExamined } from './examined.ts'
import { exitCodeOf, findingsAsJson, findingsText } from './output.ts'
import { processNames, type ProcessName } from './processes.ts'

type Flags = { readonly process?: readonly ProcessName[]; readonly json?: true }

const addProcess = (name: string, before: readonly ProcessName[] = []): readonly ProcessName[] => {
  const known = processNames.find((one) => one === name)
  if (known === undefined) throw new InvalidArgumentError(`There are: ${processNames.join(', ')}.`)
  return [...before, known]
}

const doctor = async ({ process: named, json }: Flags): Promise<number> => {
  const environment = withLocalStores(process.env, join(import.meta.dirname, '..'))
  const isConfiguredHere = environment === process.env || Boolean(process.env['EVENTSTORE_URL'])
  const examined = await openExamined(environment, named ?? (isConfiguredHere ? processNames : []))
  try {
    const findings = await examine(examined)
    say(json === true ? JSON.stringify(findingsAsJson(findings), null, 2) : findingsText(findings))
    return exitCodeOf(findings)
  } finally {
    await examined.close()
  }
}

await new Command('npm run doctor --')
  .description(
    'Whether everything that the shop needs is as it should be, and what to do where it is not. Changes nothing.',
  )
  .option(
    '--process <name>',
    `whose configuration and port; again for each; all without it: ${processNames.join(', ')}`,
    addProcess,
  )
  .option('--json', 'as JSON')
  .allowExcessArguments(false)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .addHelpText(
    'after',
    `
Looks at configuration and ports (of this machine), both stores, versions, clocks, migrations, groups, read tables, and whether the log has
the places up to which they have everything.
Uses the variables of the processes; without EVENTSTORE_URL and DATABASE_URL, the stores that npm start runs here. Its processes are
configured by itself: then configuration and ports are looked at only of those that are named.
Exit codes: 0 all is fine, 1 something is wrong or could not be looked at, 2 asked for in a wrong way.`,
  )
  .action(async (flags: Flags) => {
    try {
      process.exitCode = await doctor(flags)
    } catch (error) {
      complain(error instanceof Error ? error.message : String(error))
      process.exitCode = 1
    }
  })
  .parseAsync()
