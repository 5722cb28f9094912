import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect } from 'chai'
import { runLanes } from './lanes.ts'

describe('the lanes of a step', () => {
  const run = async (sideBySide: boolean): Promise<readonly string[]> => {
    const seen: string[] = []
    await runLanes(
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
      async (part) => {
        seen.push(part)
        await nextTurn()
        seen.push(`${part} ended`)
      },
      { sideBySide },
    )
    return seen
  }

  it('run side by side, their parts one after another', async () => {
    expect(await run(true)).to.deep.equal(['a', 'c', 'a ended', 'b', 'c ended', 'd', 'b ended', 'd ended'])
  })

  it('run one at a time where they would disturb one another', async () => {
    expect(await run(false)).to.deep.equal(['a', 'b', 'c', 'd'].flatMap((part) => [part, `${part} ended`]))
  })
})
