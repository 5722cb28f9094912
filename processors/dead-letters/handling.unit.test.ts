import { expect } from 'chai'
import { deskInMemory } from '../../test/processors/desk.ts'
import { eventOf } from '../../test/processors/parked-streams.ts'
import { until } from '../../test/support/until.ts'
import { createHandling } from './handling.ts'
import type { Claim } from './resolution.ts'

const claim: Claim = { group: 'payment', number: 0n, key: 'a', token: 't', auditId: '0' }

const handledWith = (changes: Partial<ReturnType<typeof deskInMemory>['resolutions']>) => {
  const { unresolved, now, resolutions } = deskInMemory()
  const logged: string[] = []
  const handling = createHandling({
    resolutions: { ...resolutions, ...changes },
    unresolved,
    now,
    log: (message) => logged.push(message),
    keepEveryMs: 2,
  })
  return { handling, logged }
}

describe('handling the event of a dead letter', () => {
  it('keeps the claim for as long as the handler takes, also when that fails at times', async () => {
    let kept = 0
    const { handling } = handledWith({
      async keep() {
        kept += 1
        if (kept === 1) throw new Error('the database is away')
      },
    })
    let go: (outcome: 'done') => void = () => undefined
    const handled = handling(claim, 'retry', eventOf('a', 1), () => new Promise((resolve) => (go = resolve)))
    await until('it was kept', () => (kept >= 3 ? true : undefined))
    go('done')
    expect(await handled).to.equal('handled')
    const before = kept
    await new Promise(setImmediate)
    expect(kept).to.equal(before)
  })

  it('says whether a person hands the event in, who knows what it may do', async () => {
    const { handling } = handledWith({})
    const by: string[] = []
    for (const kind of ['retry', 'release'] as const)
      await handling(claim, kind, eventOf('a', 1), async (_, options) => {
        by.push(options.by)
        return 'done'
      })
    expect(by).to.deep.equal(['person', 'system'])
  })

  it('leaves the letter to the next when what came of it cannot be written down', async () => {
    const { handling, logged } = handledWith({ resolve: () => Promise.reject(new Error('the database is away')) })
    expect(await handling(claim, 'release', eventOf('a', 1), () => Promise.resolve('done'))).to.equal('not_now')
    expect(logged).to.deep.equal(['dead letter released, but what came of it could not be stored'])
  })
})
