import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect } from 'chai'
import { entryOf, lookAtProcesses } from './process-usage.ts'

const burn = 'const end = process.cpuUsage().user + 80_000; while (process.cpuUsage().user < end);'

describe('what the system shows of processes', () => {
  it('is read past a name that holds brackets and blanks', () => {
    expect(entryOf('12 (a) b) S 7 12 12 0 -1 0 0 0 0 0 3 4 5 6 20 0')).to.deep.equal({ parent: 7, cpuMs: 180 })
  })

  it('counts a process with its children, those that have ended included', async function () {
    // It is read from /proc, which only Linux has.
    if (process.platform !== 'linux') this.skip()
    const child = spawn(
      process.execPath,
      [
        '-e',
        `
      require('node:child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(burn)}])
      console.log('done')
      process.stdin.resume().on('end', () => process.exit())`,
      ],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    )
    await once(child.stdout, 'data')
    const processes = lookAtProcesses()
    const { pid = 0 } = child
    expect(processes?.usageOf(pid).cpuMs).to.be.at.least(80)
    expect(processes?.usageOf(pid).pssMebibytes).to.be.greaterThan(1)
    expect(processes?.startedBy(process.pid, 'spawnSync')).to.deep.equal([pid])
    expect(processes?.usageOf(process.pid).cpuMs).to.be.greaterThan(processes?.usageOf(pid).cpuMs ?? Infinity)
    child.stdin.end()
    await once(child, 'exit')
    expect(lookAtProcesses()?.startedBy(process.pid, 'spawnSync')).to.deep.equal([])
  }).timeout(20_000)
})
