// `npm run bench:peers`: the shop and other systems with the same HTTP surface in turn (A B C A B C …), and the ratios. The other systems and
// the driver that measures them all are not part of this project: PEERS_DIRECTORY says where they are.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Table from 'cli-table3'
import { Command } from 'commander'
import { positive } from 'eventstoredb-compatible-server/source/bench/positive'
import { figures, own, ratio, type Rounds } from './ratios.ts'
import { modes, resultOf, type Mode } from './results.ts'

const root = join(import.meta.dirname, '..', '..')
const shop = 'shop'

type Options = {
  readonly rounds: number
  readonly peers: readonly string[]
  readonly project: string
  readonly out?: string
  readonly orders?: number
  readonly warm?: number
  readonly low?: number
  readonly rate?: number
  readonly concurrency?: number
}

const options = new Command('npm run bench:peers --')
  .description(
    'Measures the shop and its peers in turn and prints the ratios with their spread. What cannot be started is left out, and said.',
  )
  .option('--rounds <n>', 'rounds, each of every system once', positive, 3)
  .option('--peers <name...>', 'which', ['emmett-cached', 'flask'])
  .option('--project <path>', 'the checkout to measure', root)
  .option('--out <folder>', 'where the results are kept; without it in a new one')
  .option('--orders <n>', 'orders of a burst', positive)
  .option('--warm <n>', 'orders before anything is measured', positive)
  .option('--low <n>', 'orders at the low rate', positive)
  .option('--rate <n>', 'orders a second at the low rate', positive)
  .option('--concurrency <n>', 'requests at once in a burst', positive)
  .addHelpText(
    'after',
    `
PEERS_DIRECTORY names a folder with a program \`bench.sh ROUNDS OUT\`. It is called for one round at a time (FIRST=ROUNDS), takes the checkout from
PROJECT, the systems' names from SYSTEMS ('shop' is this one) and the sizes from ORDERS, WARM, LOW, RATE and CONCURRENCY, and leaves
OUT/<system>-<burst|low>-<round>.json for each system that it could start. docs/bench.md says what has to be in these.
Exit codes: 0 measured, 1 the shop could not be measured, 2 asked for in a wrong way, or there are no peers.`,
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse()
  .opts<Options>()

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}
const directory = process.env['PEERS_DIRECTORY'] ?? ''
const program = join(directory, 'bench.sh')
if (directory === '' || !existsSync(program)) {
  process.stderr.write(
    directory === ''
      ? 'PEERS_DIRECTORY is not set: it has to name the folder with the peers and their driver (see --help).\n'
      : `There is no ${program}: PEERS_DIRECTORY has to name the folder with the peers and their driver (see --help).\n`,
  )
  process.exit(2)
}
const out = options.out ?? mkdtempSync(join(tmpdir(), 'bench-peers-'))
mkdirSync(out, { recursive: true })

const sizes = Object.fromEntries(
  (['orders', 'warm', 'low', 'rate', 'concurrency'] as const).flatMap((name) =>
    options[name] === undefined ? [] : [[name.toUpperCase(), String(options[name])]],
  ),
)

/** Each of the systems once. What the program says goes to standard error, since it may take long. */
const runRound = async (round: number, systems: readonly string[]): Promise<void> => {
  const child = spawn(program, [String(round), out], {
    env: { ...process.env, ...sizes, PROJECT: options.project, SYSTEMS: systems.join(' '), FIRST: String(round) },
    stdio: ['ignore', 2, 2],
  })
  await once(child, 'exit')
}

const roundsOf = (system: string, mode: Mode): Rounds =>
  Array.from({ length: options.rounds }, (_, index) => resultOf(out, system, mode, index + 1))

let systems: readonly string[] = [shop, ...options.peers]
for (let round = 1; round <= options.rounds; round += 1) {
  await runRound(round, systems)
  // What did not start will not start in the next round either.
  systems = systems.filter((system) => modes.some((mode) => resultOf(out, system, mode, round) !== undefined))
  if (!systems.includes(shop)) {
    process.stderr.write('The shop could not be measured.\n')
    process.exit(1)
  }
}

const leftOut = options.peers.filter((peer) => !systems.includes(peer))
const measured = options.peers.filter((peer) => systems.includes(peer))
const table = new Table({
  head: ['', shop, ...measured, ...measured.map((peer) => `${shop} : ${peer}`)],
  style: { head: [], border: [] },
})
for (const figure of figures) {
  const ours = roundsOf(shop, figure.mode)
  table.push([
    figure.title,
    own(figure, ours),
    ...measured.map((peer) => own(figure, roundsOf(peer, figure.mode))),
    ...measured.map((peer) => ratio(figure, ours, roundsOf(peer, figure.mode))),
  ])
}
say(`Median (least–most) of ${options.rounds} rounds in turn.`)
say(table.toString())
if (leftOut.length > 0) say(`Left out, since it could not be started: ${leftOut.join(', ')}.`)
say(`The results are in ${out}.`)
