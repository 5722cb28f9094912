import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'

const program = fileURLToPath(new URL('./testing/provoke-client-faults.ts', import.meta.url))

const run = async (...flags: string[]): Promise<{ code: number | null; out: string; errors: string }> => {
  const child = spawn(process.execPath, [program, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, errors] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => { out += text })
  child.stderr.setEncoding('utf8').on('data', (text: string) => { errors += text })
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { code, out, errors }
}

describe('the two known faults of the client', () => {
  it('are survived by a process with the guard, each having really happened', async () => {
    const { code, out } = await run()
    expect(code).to.equal(0)
    const seen = JSON.parse(out) as { lateAnswers: number; orphanedWrites: number }
    expect(seen.lateAnswers).to.be.at.least(1)
    expect(seen.orphanedWrites).to.be.at.least(1)
  })

  it('end a process without it', async () => {
    const { code, errors } = await run('--unguarded')
    expect(code).to.equal(1)
    expect(errors).to.include('is not iterable')
  })
})
