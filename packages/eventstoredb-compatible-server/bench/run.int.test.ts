import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'chai'

type Row = { name: string; eventStore: number[]; bare: number[]; ratios: number[] }

describe('the bench of the event store', () => {
  it('measures both sides in turn', async () => {
    const program = fileURLToPath(new URL('run.ts', import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, [
      program,
      '--quick',
      '--rounds',
      '1',
      '--json',
      '--rows',
      'catch-up,persistent-500',
    ])
    // What it prints is checked below.
    const { rows } = JSON.parse(stdout) as { rows: Row[] }
    expect(rows.map(({ name }) => name)).to.deep.equal(['catch-up', 'persistent-500'])
    for (const { name, eventStore, bare, ratios } of rows) {
      expect(eventStore.length, name).to.equal(bare.length).and.to.equal(ratios.length)
      for (const value of [...eventStore, ...bare, ...ratios]) expect(value, name).to.be.greaterThan(0)
    }
  }).timeout(60_000)
})
