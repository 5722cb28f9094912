import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'

const program = join(import.meta.dirname, 'run.ts')

/** Leaves results for `shop` and `quick` and for no other system; `quick` does twice as much. */
const driver = `#!/usr/bin/env node
const { writeFileSync, appendFileSync } = require('node:fs')
const [, , round, out] = process.argv
appendFileSync(out + '/calls', [round, process.env.FIRST, process.env.SYSTEMS, process.env.ORDERS, process.env.PROJECT].join(' ') + '\\n')
for (const system of process.env.SYSTEMS.split(' ')) {
  if (!['shop', 'quick'].includes(system) || system === process.env.MISSING) continue
  const times = system === 'quick' ? 2 : 1
  for (const mode of ['burst', 'low']) writeFileSync(out + '/' + system + '-' + mode + '-' + round + '.json', JSON.stringify({
    acceptedPerSecond: 50 * times, lifecyclesPerSecond: (20 + Number(round)) * times, cpuMsPerOrder: 30, lifecycleMs: { p50: 10, p99: 20 },
    wrongOutcome: 0, unfinished: 0, errors: {}, memoryMiB: { all: 100 }, label: system,
  }))
}
`

describe('the bench against the peers', function () {
  this.timeout(30_000)
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'peers-'))
    writeFileSync(join(folder, 'bench.sh'), driver)
    chmodSync(join(folder, 'bench.sh'), 0o755)
  })
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  const run = (environment: NodeJS.ProcessEnv, ...args: string[]) =>
    new Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>((resolve) => {
      const child = execFile(
        process.execPath,
        [program, ...args],
        { env: { ...process.env, ...environment } },
        (_error, stdout, stderr) => {
          resolve({ code: child.exitCode ?? -1, stdout, stderr })
        },
      )
    })

  it('measures in turn and prints the ratios, and says what was left out', async () => {
    const { code, stdout } = await run(
      { PEERS_DIRECTORY: folder },
      '--rounds',
      '2',
      '--peers',
      'quick',
      'absent',
      '--out',
      folder,
      '--orders',
      '7',
      '--project',
      '/checkout',
    )
    expect(code).to.equal(0)
    expect(stdout).to.match(
      /life cycles a second +│ 22\.0 \(21\.0–22\.0\) +│ 44\.0 \(42\.0–44\.0\) +│ 0\.50 \(0\.50–0\.50\) ×/,
    )
    expect(stdout).to.contain('Left out, since it could not be started: absent.')
    expect(readFileSync(join(folder, 'calls'), 'utf8')).to.equal(
      '1 1 shop quick absent 7 /checkout\n2 2 shop quick 7 /checkout\n',
    )
  })

  it('says what it needs where there are no peers', async () => {
    const unset = await run({ PEERS_DIRECTORY: '' })
    expect([unset.code, unset.stderr]).to.deep.equal([
      2,
      'PEERS_DIRECTORY is not set: it has to name the folder with the peers and their driver (see --help).\n',
    ])
    const missing = await run({ PEERS_DIRECTORY: join(folder, 'nothing') })
    expect(missing.code).to.equal(2)
    expect(missing.stderr).to.contain('nothing')
  })

  it('fails when the shop itself could not be measured', async () => {
    const { code, stderr } = await run(
      { PEERS_DIRECTORY: folder, MISSING: 'shop' },
      '--rounds',
      '1',
      '--peers',
      'quick',
      '--out',
      folder,
    )
    expect([code, stderr]).to.deep.equal([1, 'The shop could not be measured.\n'])
  })
})
