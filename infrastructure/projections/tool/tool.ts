import { Command, CommanderError } from 'commander'
import { confirmed } from '../../command-line/confirmed.ts'
import { complain, say } from '../../command-line/say.ts'
import { projectionProgress } from '../progress.ts'
import { nameOf, type AnyProjection } from '../projection.ts'
import { progressAsJson, progressTable, resultLines } from './output.ts'
import { rebuildCommandOf } from './rebuild-command.ts'
import { rebuildTables } from './rebuild-tables.ts'
import type { ReplaceDependencies } from './replace-dependencies.ts'
import { rollBack, type RollbackFlags } from './roll-back.ts'
import { showProgress } from './show-progress.ts'
import { toolStores, withPool, withStores } from './stores.ts'

export type ToolOptions<Event> = Pick<ReplaceDependencies<Event>, 'decoder' | 'sourceOf'> & {
  /** As package.json names it. */
  readonly script: string
  readonly description: string
  /** The script that builds anew what stands in the list and is not this one's. */
  readonly scriptOfOthers: string
  /** What can be built anew. */
  readonly projections: readonly AnyProjection<Event>[]
  readonly environment: NodeJS.ProcessEnv
}

type RebuildFlags = {
  readonly all?: true
  readonly yes?: true
  readonly json?: true
  readonly setAside?: true
  readonly dryRun?: true
}

/** `npm run <script> -- list | rebuild <name|--all> | rollback <name>`. Answers the exit code: 0 done, 1 failed, 2 asked for in a wrong way. */
export const runTool = async <Event>(argv: readonly string[], options: ToolOptions<Event>): Promise<number> => {
  const { script, scriptOfOthers, projections, decoder, sourceOf, environment } = options
  const config = () => toolStores(environment)
  const names = projections.map(nameOf)
  const commandFor = (name: string) => rebuildCommandOf(names.includes(name) ? script : scriptOfOthers)(name)

  const list = async ({ json }: { readonly json?: true }): Promise<number> => {
    const progress = await withPool(config().DATABASE_URL, projectionProgress)
    say(json === true ? JSON.stringify(progressAsJson(progress), null, 2) : progressTable(progress, commandFor))
    return 0
  }

  const rebuild = async (
    name: string | undefined,
    { all, yes, json, setAside, dryRun }: RebuildFlags,
  ): Promise<number> => {
    if ((name === undefined) === (all === undefined)) {
      complain('Say which read table to build anew, or --all.')
      return 2
    }
    const wanted = projections.filter((projection) => name === undefined || nameOf(projection) === name)
    if (wanted.length === 0) {
      complain(`No read table ${name ?? ''} can be built anew from here. Those that can: ${names.join(', ')}.`)
      return 2
    }
    const stores = config()
    const tables = wanted.map(nameOf).join(', ')
    const question =
      dryRun === true
        ? `Build ${tables} from the first event, compare, and drop what was built? The live tables stay.`
        : `Build ${tables} anew from the first event? The live tables go on meanwhile.`
    if (yes !== true && !(await confirmed(question))) {
      complain('Nothing was done.')
      return 1
    }
    const { show, verifying, end } = showProgress()
    const results = await withStores(stores, (opened) =>
      rebuildTables(wanted, {
        decoder,
        sourceOf,
        ...opened,
        setsAside: setAside === true,
        dryRun: dryRun === true,
        onProgress: show,
        onVerifying: verifying,
      }),
    ).finally(end)
    if (json === true) say(JSON.stringify({ results }, null, 2))
    else for (const result of results) say(resultLines(result))
    return results.some((result) => 'failed' in result) ? 1 : 0
  }

  const putBack = async (name: string, flags: RollbackFlags): Promise<number> => {
    const projection = projections.find((one) => nameOf(one) === name)
    if (projection !== undefined) return rollBack(projection, flags, { decoder, sourceOf, stores: config() })
    complain(`No read table ${name} can be put back from here. Those that can: ${names.join(', ')}.`)
    return 2
  }

  let code = 0
  const program = new Command(`npm run ${script} --`)
    .description(options.description)
    .exitOverride()
    .addHelpText(
      'after',
      `
The list has every read table; those that are not built anew, or put back, from here are by npm run ${scriptOfOthers}.
Uses DATABASE_URL and EVENTSTORE_URL; without them, the stores that npm start runs here.
Exit codes: 0 done, 1 failed, 2 asked for in a wrong way.`,
    )
  program
    .command('list')
    .description('each read table: version, position, lag, rows set aside, rebuild under way, kept for a rollback')
    .option('--json', 'as JSON')
    .action(async (flags: { json?: true }) => {
      code = await list(flags)
    })
  program
    .command('rebuild')
    .description('folds all events into a new table beside the live one, says what differs, and swaps it in')
    .argument('[name]', `which read table: ${names.join(', ')}`)
    .option('--all', 'every one, one after the other')
    .option('--dry-run', 'build and compare alone: what was built is dropped, and the live table stays')
    .option('--set-aside', 'set rows aside that cannot be folded, instead of ending at the first')
    .option('--yes', 'do not ask, also on a terminal')
    .option('--json', 'the outcome as JSON')
    .action(async (name: string | undefined, flags: RebuildFlags) => {
      code = await rebuild(name, flags)
    })
  program
    .command('rollback')
    .description('puts the table back that was replaced last, once it has come to where the live one is')
    .argument('<name>', `which read table: ${names.join(', ')}`)
    .option('--yes', 'do not ask, also on a terminal')
    .option('--json', 'the outcome as JSON')
    .action(async (name: string, flags: RollbackFlags) => {
      code = await putBack(name, flags)
    })

  try {
    await program.parseAsync([...argv])
    return code
  } catch (error) {
    // It has said what it had to say.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    complain(error instanceof Error && error.message !== '' ? error.message : String(error))
    return 1
  }
}
