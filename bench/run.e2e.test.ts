import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { readTable } from '../test/budget/table.ts'

type Costs = Readonly<Record<string, Readonly<Record<string, number>>>>
type InTurn = {
  readonly shopPerSecond: { readonly all: readonly number[] }
  readonly ratio: { readonly median: number }
}

/** What is read of the figures here. */
type Figures = {
  readonly lifeCycles: {
    readonly hot: { readonly perSecond: { readonly all: readonly number[] } }
    readonly wide: { readonly ratio: { readonly median: number } }
    readonly anOrder: Costs
    readonly waitsInARow: Readonly<Record<string, number>>
    readonly steps: readonly { readonly medianMs: number }[]
  }
  readonly accepting: InTurn
  readonly looking: InTurn
  readonly oneSku: InTurn
}

describe('the bench', () => {
  it('measures in turn, and counts in all processes what the budget counts in one', async function () {
    this.timeout(240_000)
    const { EVENTSTORE_URL: _url, EVENTSTORE_COMMAND: _command, ...environment } = process.env
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        join(import.meta.dirname, 'run.ts'),
        '--orders',
        '5',
        '--concurrency',
        '1',
        '--rounds',
        '1',
        '--brief',
        '--json',
        '--only',
        'life-cycles',
        'accepting',
        'looking',
        'one-sku',
      ],
      { env: environment },
    )
    // What it prints is checked below.
    const { lifeCycles, accepting, looking, oneSku } = JSON.parse(stdout) as Figures

    expect(lifeCycles.hot.perSecond.all).to.have.length(1)
    for (const { shopPerSecond, ratio } of [accepting, looking, oneSku]) {
      expect(shopPerSecond.all).to.have.length(1)
      expect(ratio.median).to.be.greaterThan(0)
    }
    expect(lifeCycles.wide.ratio.median).to.be.greaterThan(0)
    expect(lifeCycles.steps.map(({ medianMs }) => Number.isFinite(medianMs))).to.deep.equal([true, true, true, true])

    const budget = readTable().get('paid')
    const most = (row: string): number => budget?.get(row)?.most ?? expect.fail(`the budget has no row '${row}'`)
    const { 'command-api': commandApi = {}, processors = {}, together = {} } = lifeCycles.anOrder
    // That the catalogue is recent is asked by time: with slow orders once for each of them.
    expect(commandApi['reads']).to.be.within(most('reads, command-api'), most('reads, command-api') + 4)
    expect({
      reads: processors['reads'],
      appends: together['appends'],
      events: together['eventsWritten'],
      deliveries: together['deliveries'],
      wanted: together['wanted'],
      calls: together['calls'],
    }).to.deep.equal({
      reads: most('reads, processors'),
      appends: most('appends, command-api') + most('appends, processors'),
      events: most('events written'),
      deliveries: most('deliveries to groups'),
      wanted: most('of these deliveries: wanted'),
      calls: most('calls of the provider') + most('mails'),
    })
    expect(lifeCycles.waitsInARow).to.deep.equal({
      toTheAnswer: most('waits in a row, to the answer'),
      toTheDecision: most('waits in a row, to the decision'),
    })
    if (process.platform === 'linux') expect(together['cpuMs']).to.be.greaterThan(0)
  })
})
