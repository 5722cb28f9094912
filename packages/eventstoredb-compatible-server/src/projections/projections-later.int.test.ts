import { randomUUID } from 'node:crypto'
import { jsonEvent, StreamNotFoundError, type EventStoreDBClient } from '@eventstore/db-client'
import { expect } from 'chai'
import { openLog, type OwnedLog } from '../log/open-log.ts'
import type { EventStore, EventStoreOptions } from '../options.ts'
import { readyServer } from '../testing/child-server.ts'
import { collect } from '../testing/collect.ts'
import { Opened } from '../testing/running-server.ts'
import { errorOf, until } from '../testing/until.ts'
import { Projections } from './projections.ts'

const numbered = (n: number) => jsonEvent({ type: 'Counted', data: { n } })
const many = (count: number, from = 0) => Array.from({ length: count }, (_, n) => numbered(from + n))

const numbersIn = async (client: EventStoreDBClient, stream: string): Promise<unknown[]> =>
  (await collect(client.readStream<ReturnType<typeof numbered>>(stream, { resolveLinkTos: true }))).map(
    ({ event }) => event?.data.n,
  )

const range = (count: number): number[] => Array.from({ length: count }, (_, n) => n)

describe('standard projections that follow later, as on the real server (5)', () => {
  const opened = new Opened()
  const started = async (options: Partial<EventStoreOptions> = {}) => {
    const server = await opened.server({ startStandardProjections: true, ...options })
    return { server, client: opened.client(server) }
  }
  const numbers = (client: EventStoreDBClient) => numbersIn(client, '$ce-cat').catch(() => [])
  afterEach(() => opened.close())

  it('write links some time after the append', async () => {
    const { client } = await started({ linkDelay: 1_000 })
    await client.appendToStream('cat-1', many(3))
    expect(await errorOf(collect(client.readStream('$ce-cat')))).to.be.instanceOf(StreamNotFoundError)
    await until('the links', async () => (await numbers(client)).length === 3)
    await client.appendToStream('cat-1', many(2, 3))
    await until('the next', async () => (await numbers(client)).length === 5)
    expect(await numbers(client)).to.deep.equal(range(5))
  })

  it('do so by default, and say then that they have dealt with everything', async () => {
    const data = opened.directory()
    const { client, server } = await started({ data })
    await client.appendToStream('cat-1', many(3))
    await until('the links', async () => (await numbers(client)).length === 3)
    await server.stop()
    const again = await started({ data })
    await until('the end', async () => (await again.client.getProjectionStatus('$by_category')).progress === 100)
    expect(await numbers(again.client)).to.deep.equal(range(3))
  })

  it('lose no link when the process dies before it is written, however they go on', async () => {
    const data = opened.directory()
    const lives: readonly (readonly string[])[] = [
      ['--link-delay', '600000'],
      [],
      ['--link-delay', '600000'],
      ['--link-delay', '0'],
    ]
    for (const [life, options] of lives.entries()) {
      const server = await readyServer(['--port', '0', '--data', data, '--projections', ...options])
      const client = opened.client({ url: server.url } as EventStore)
      await client.appendToStream('cat-1', many(3, 3 * life))
      if (life % 2 === 0) expect((await numbers(client)).length).to.equal(3 * life)
      else {
        await until('the links', async () => (await numbers(client)).length >= 3 * (life + 1))
        expect(await numbers(client)).to.deep.equal(range(3 * (life + 1)))
      }
      await server.end('SIGKILL')
    }
  }).timeout(60_000)

  it('are switched to links in the append and back without a gap', async () => {
    const data = opened.directory()
    for (const [life, linkDelay] of [600_000, 0, 50, 0].entries()) {
      const { client, server } = await started({ data, linkDelay })
      await client.appendToStream('cat-1', many(2, 2 * life))
      if (life > 0) await until('the links', async () => (await numbers(client)).length >= 2 * (life + 1))
      expect(await numbers(client)).to.deep.equal(life === 0 ? [] : range(2 * (life + 1)))
      await server.stop()
    }
  })

  it('try again after a while when they could not write, and say so once', async () => {
    const log = openLog({ directory: 'memory' })
    const warnings: string[] = []
    const listen = ({ message }: Error): void => void (message === 'no room' && warnings.push(message))
    process.on('warning', listen)
    let refused = 0
    let isFull = false
    const write: OwnedLog['write'] = (work) => {
      if (!isFull) return log.write(work)
      refused += 1
      return Promise.reject(new Error('no room'))
    }
    const projections = new Projections({ ...log, write }, { now: Date.now, delay: 10, processed: new Map() })
    opened.after(async () => {
      process.off('warning', listen)
      await projections.close()
      await log.close()
    })
    await projections.start()
    await projections.enable(projections.find('$by_category')!)
    isFull = true
    await log.append('cat-1', 'any', [
      { id: randomUUID(), type: 'A', isJson: true, data: Buffer.from('{}'), metadata: Buffer.alloc(0) },
    ])
    await until('two tries', () => refused === 2)
    expect(log.lastRevision('$ce-cat')).to.equal(undefined)
    isFull = false
    await until('the link', () => log.lastRevision('$ce-cat') === 0n)
    expect(warnings).to.deep.equal(['no room'])
  })
})
