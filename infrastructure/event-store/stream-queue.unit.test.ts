import { expect } from 'chai'
import { StoreUnavailable } from './port.ts'
import { createStreamQueue } from './stream-queue.ts'

/** A task that says when it begins, and ends when it is told to. */
const taskIn = (began: string[], name: string) => {
  const end = Promise.withResolvers<void>()
  return { end: end.resolve, run: () => { began.push(name); return end.promise } }
}
const turn = () => new Promise((resolve) => { setImmediate(resolve) })

describe('the queue of a stream', () => {
  it('lets one task at a time work on a stream, and tasks on others go on', async () => {
    const queue = createStreamQueue()
    const began: string[] = []
    const [first, second, other] = ['first', 'second', 'other'].map((name) => taskIn(began, name)) as [ReturnType<typeof taskIn>, ReturnType<typeof taskIn>, ReturnType<typeof taskIn>]
    const all = [queue.run('a', first.run), queue.run('a', second.run), queue.run('b', other.run)]
    await turn()
    expect(began).to.deep.equal(['first', 'other'])
    first.end()
    await turn()
    expect(began).to.deep.equal(['first', 'other', 'second'])
    second.end()
    other.end()
    await Promise.all(all)
  })

  it('keeps who stands behind one that has given up waiting for the one before', async () => {
    const queue = createStreamQueue()
    const began: string[] = []
    const [first, last] = ['first', 'last'].map((name) => taskIn(began, name)) as [ReturnType<typeof taskIn>, ReturnType<typeof taskIn>]
    const impatient = new AbortController()
    const running = queue.run('a', first.run)
    const given = queue.run('a', () => { began.push('given up'); return Promise.resolve() }, impatient.signal).catch((error: unknown) => error)
    const behind = queue.run('a', last.run)
    impatient.abort()
    expect(await given).to.be.instanceOf(StoreUnavailable)
    await turn()
    expect(began).to.deep.equal(['first'])
    first.end()
    await turn()
    expect(began).to.deep.equal(['first', 'last'])
    last.end()
    await Promise.all([running, behind])
  })

  it('goes on behind a task that fails', async () => {
    const queue = createStreamQueue()
    const failed = queue.run('a', () => Promise.reject(new Error('broken'))).catch((error: unknown) => error)
    expect(await queue.run('a', () => Promise.resolve('next'))).to.equal('next')
    expect(await failed).to.be.instanceOf(Error)
  })
})
