import { expect } from 'chai'
import { errorOf } from '../testing/until.ts'
import { writeFirstEvents } from './first-events.ts'

describe('what the server writes by itself when it starts (3.5, 3.7)', () => {
  const fullDisk = new Error('no room')
  const onFullDisk = (head: bigint) => ({ head: () => head, write: () => Promise.reject(fullDisk) })

  it('is needed in a new log', async () => {
    expect(await errorOf(writeFirstEvents(onFullDisk(-1n), 0))).to.equal(fullDisk)
  })

  it('can be done without in one that has its first events, which says so', async () => {
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
    await writeFirstEvents(onFullDisk(128n), 0)
    expect((await warned).message).to.include('no room')
  })
})
