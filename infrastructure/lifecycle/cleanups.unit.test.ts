import { expect } from 'chai'
import { createCleanups } from './cleanups.ts'

describe('cleanups', () => {
  const unexpected = (name: string, error: unknown) => {
    throw new Error(`${name}: ${String(error)}`)
  }

  it('undoes last first, and waits for each', async () => {
    const undone: string[] = []
    const cleanups = createCleanups(unexpected)
    for (const name of ['store', 'app', 'port']) {
      cleanups.add(name, async () => {
        await Promise.resolve()
        undone.push(name)
      })
    }
    await cleanups.run()
    expect(undone).to.deep.equal(['port', 'app', 'store'])
  })

  it('undoes once, however often it is asked', async () => {
    let times = 0
    const cleanups = createCleanups(unexpected)
    cleanups.add('store', () => {
      times += 1
    })
    await Promise.all([cleanups.run(), cleanups.run()])
    await cleanups.run()
    expect(times).to.equal(1)
  })

  it('goes on after one that fails, and reports it', async () => {
    const undone: string[] = []
    const failures: string[] = []
    const cleanups = createCleanups((name) => failures.push(name))
    cleanups.add('store', () => {
      undone.push('store')
    })
    cleanups.add('app', () => Promise.reject(new Error('stuck')))
    await cleanups.run()
    expect({ undone, failures }).to.deep.equal({ undone: ['store'], failures: ['app'] })
  })

  it('takes nothing new once it has begun', async () => {
    const cleanups = createCleanups(unexpected)
    await cleanups.run()
    expect(() => cleanups.add('late', () => undefined)).to.throw('late was started while everything is being stopped')
  })
})
