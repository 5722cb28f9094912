import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'

const program = fileURLToPath(new URL('../../test/event-store/provoke-client-faults.ts', import.meta.url))

const run = async (
  scenario: 'late-answer' | 'crowd',
  way: 'client' | 'adapter',
): Promise<{ code: number | null; out: string; errors: string }> => {
  const child = spawn(process.execPath, [program, scenario, way], { stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, errors] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { code, out, errors }
}

describe('an answer to an append that comes after another connection has broken', () => {
  it('ends the process when the client appends', async () => {
    const { code, errors } = await run('late-answer', 'client')
    expect(code).to.equal(1)
    expect(errors).to.include('is not iterable')
  })

  it('is taken when the adapter does', async () => {
    expect(await run('late-answer', 'adapter')).to.deep.equal({ code: 0, out: '1 written\n', errors: '' })
  })
})

describe('a crowd of appends on a connection that stalls and breaks', () => {
  it('ends the process when the client appends', async () => {
    const { code, errors } = await run('crowd', 'client')
    expect(code).to.equal(1)
    expect(errors).to.include('batchAppend.js')
  })

  it('is written when the adapter appends', async () => {
    expect(await run('crowd', 'adapter')).to.deep.equal({ code: 0, out: '100 written\n', errors: '' })
  })
})
