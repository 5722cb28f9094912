import { expect } from 'chai'
import { createRunningAlone } from './running-alone.ts'

const turns = () =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })

const steps = () => {
  const running = createRunningAlone()
  const told: string[] = []
  const ends = new Map<string, () => void>()
  const work = (name: string) => async () => {
    told.push(`${name} begins`)
    await new Promise<void>((resolve) => ends.set(name, resolve))
    told.push(`${name} ends`)
  }
  return {
    told,
    beside: (name: string) => void running.beside(work(name)),
    alone: (name: string) => void running.alone(work(name)),
    running,
    end: async (name: string) => {
      ends.get(name)?.()
      await turns()
    },
  }
}

describe('what runs alone', () => {
  it('waits for what runs, and nothing begins before it has ended', async () => {
    const { told, beside, alone, end } = steps()
    beside('a')
    beside('b')
    alone('poison')
    beside('c')
    await end('a')
    expect(told).to.deep.equal(['a begins', 'b begins', 'a ends'])
    await end('b')
    expect(told.slice(3)).to.deep.equal(['b ends', 'poison begins'])
    await end('poison')
    expect(told.slice(5)).to.deep.equal(['poison ends', 'c begins'])
  })

  it('does so one after another', async () => {
    const { told, beside, alone, end } = steps()
    alone('first')
    alone('second')
    beside('c')
    await turns()
    await end('first')
    await end('second')
    expect(told).to.deep.equal(['first begins', 'first ends', 'second begins', 'second ends', 'c begins'])
  })

  it('leaves the way free when it fails', async () => {
    const { running, told, beside } = steps()
    const failed = running.alone(() => Promise.reject(new Error('no'))).catch((error: Error) => error.message)
    beside('a')
    expect(await failed).to.equal('no')
    await turns()
    expect(told).to.deep.equal(['a begins'])
  })
})
