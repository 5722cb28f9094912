import { Agent } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'chai'
import express from 'express'
import { ask, startLoad, type Load } from '../../test/support/keep-alive-clients.ts'
import { untilTrue } from '../../test/support/until.ts'
import { healthRouter, notLeaving } from './health.ts'
import { listen } from './listen.ts'

const host = '127.0.0.1'
const clients = 20
/** How often a proxy asks who is ready. */
const looksEveryMs = 25

/** Works on each request for some milliseconds, by its number, and keeps which it has begun. */
const startBackend = async () => {
  const leaving = new AbortController()
  const begun: string[] = []
  const app = express()
    .use(healthRouter([notLeaving(leaving.signal)]))
    .post('/tasks/:number', (request, response) => {
      begun.push(request.params.number)
      setTimeout(() => response.send(request.params.number), Number(request.params.number) % 12)
    })
    .post('/held', (_request, response) => {
      begun.push('held')
      leaving.signal.addEventListener('abort', () => setImmediate(() => response.send('held')))
    })
  const listening = await listen(app, { host, port: 0, leaving: leaving.signal })
  return {
    port: listening.port,
    begun,
    leave: () => {
      leaving.abort()
    },
    close: () => listening.close(),
    /** As a process does when it is told to end, which serves on for as long as `long` takes. */
    async stop(long: () => Promise<void>) {
      leaving.abort()
      await long()
      await listening.close()
    },
  }
}
type Backend = Awaited<ReturnType<typeof startBackend>>

const work = (agent: Agent, port: number, number: number) =>
  ask(agent, { port, path: `/tasks/${number}`, method: 'POST' })
const texts = ({ answered }: Load) => answered.map(({ text }) => text).sort()

describe('a server that is told to end under the load of clients that keep their connections', () => {
  let first: Backend
  let second: Backend
  beforeEach(async () => {
    ;[first, second] = await Promise.all([startBackend(), startBackend()])
  })
  afterEach(async () => {
    await second.close()
  })

  const loadUntilGone = async (load: Load, servesOn: () => Promise<void>): Promise<void> => {
    await untilTrue('the load is on', () => first.begun.length > 100)
    await first.stop(servesOn)
    const before = second.begun.length
    await untilTrue('the other one has the load', () => second.begun.length > before + 50)
    await load.end()
  }

  it('loses and resets nothing behind a proxy that asks who is ready, and repeats nothing', async () => {
    let readyPort = first.port
    const looking = new AbortController()
    const looker = new Agent()
    const looks = (async () => {
      while (!looking.signal.aborted) {
        const { status } = await ask(looker, { port: first.port, path: '/health/ready' })
        if (status === 503) {
          readyPort = second.port
          return
        }
        await delay(looksEveryMs)
      }
    })()
    const moved = new Set<Agent>()
    const load = startLoad(clients, (agent, number) => {
      if (readyPort === second.port) moved.add(agent)
      return work(agent, readyPort, number)
    })
    await loadUntilGone(load, () => untilTrue('the proxy has sent everybody elsewhere', () => moved.size === clients))
    looking.abort()
    await looks
    expect(load.failed).to.deep.equal([])
    expect([...first.begun, ...second.begun].sort()).to.deep.equal(texts(load))
  })

  for (const servesOnMs of [100, 0]) {
    it(`answers all it has begun, serving on for ${servesOnMs} ms, to a proxy that tries elsewhere what failed`, async () => {
      const load = startLoad(clients, (agent, number) =>
        work(agent, first.port, number).catch(() => work(agent, second.port, number)),
      )
      await loadUntilGone(load, () => delay(servesOnMs))
      expect(load.failed).to.deep.equal([])
      // Nothing twice: what failed here had not been begun here.
      expect([...first.begun, ...second.begun].sort()).to.deep.equal(texts(load))
    })
  }

  it('says of each answer that it is the last on its connection, also of one that had been asked for before', async () => {
    const agent = new Agent({ keepAlive: true })
    expect((await work(agent, first.port, 1)).connection).to.equal('keep-alive')
    const underWay = ask(agent, { port: first.port, path: '/held', method: 'POST' })
    await untilTrue('it is begun', () => first.begun.includes('held'))
    first.leave()
    const answers = [await underWay, await work(agent, first.port, 2)]
    expect(answers.map(({ status, connection }) => [status, connection])).to.deep.equal([
      [200, 'close'],
      [200, 'close'],
    ])
    expect((await ask(agent, { port: first.port, path: '/health/ready' })).text).to.include('shutting down')
    agent.destroy()
    await first.close()
  })
})
