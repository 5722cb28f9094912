import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { temporaryDirectory } from './temporary-directory.ts'

describe('the directory of a log in memory', () => {
  it('is new, and what killed processes left is cleared away', () => {
    const first = temporaryDirectory()
    const abandoned = `${first}-abandoned`
    mkdirSync(abandoned)
    writeFileSync(join(abandoned, 'owner.999999999.1.1-1.a.lock'), '')
    const second = temporaryDirectory()
    expect([first === second, existsSync(first), existsSync(abandoned)]).to.deep.equal([false, true, false])
    for (const directory of [first, second]) rmSync(directory, { recursive: true })
  })
})
