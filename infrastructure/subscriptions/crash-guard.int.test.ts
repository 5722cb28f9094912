import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { startEventStore, type EventStore as Server } from 'eventstoredb-compatible-server/source'
import { migratedDatabase, type MigratedDatabase } from '../../test/processors/database.ts'
import { until } from '../../test/support/until.ts'
import { connectEventStore } from '../event-store/adapter.ts'
import type { EventStore, ParkedMessage } from '../event-store/port.ts'

const program = fileURLToPath(new URL('../../test/subscriptions/process-that-dies.ts', import.meta.url))

describe('an event that kills every process that handles it', () => {
  let data: string
  let server: Server
  let store: EventStore
  let database: MigratedDatabase
  const children = new Set<ChildProcess>()
  let isOver = false
  let deaths = 0
  const handled: string[] = []

  /** Is started again whenever it dies. */
  const replica = (group: string) => {
    const child = spawn(process.execPath, [program, server.url, database.url, group], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.add(child)
    child.stdout.setEncoding('utf8').on('data', (text: string) => handled.push(...text.split('\n').filter(Boolean)))
    child.on('exit', (_code, signal) => {
      children.delete(child)
      if (isOver) return
      expect(signal).to.equal('SIGKILL')
      deaths += 1
      replica(group)
    })
  }

  before(async function () {
    this.timeout(60_000)
    data = await mkdtemp(join(tmpdir(), 'crash-guard-'))
    server = await startEventStore({ port: 0, data })
    store = await connectEventStore({ url: server.url })
    database = await migratedDatabase()
  })
  after(async () => {
    isOver = true
    for (const child of children) child.kill('SIGKILL')
    await store.dispose()
    await server.stop()
    await database.close()
    await rm(data, { recursive: true, force: true })
  })

  it('is parked by whichever of two replicas, unhandled, and nothing that ran beside it is', async () => {
    for (let n = 0; n < 20; n += 1)
      await store.append(
        `order-${n}`,
        [{ id: randomUUID(), type: n === 7 ? 'Kills' : 'Counted', data: {}, metadata: {} }],
        'no_stream',
      )
    for (let n = 0; n < 2; n += 1) replica('guarded')
    const [letter] = await until(
      'it is parked and all others are handled',
      async () => {
        const parked: ParkedMessage[] = []
        for await (const message of store.parkedMessages('guarded')) parked.push(message)
        return parked.length === 1 && new Set(handled).size === 19 ? parked : undefined
      },
      { limitMs: 50_000 },
    )
    expect([letter?.event?.stream, JSON.parse(letter?.reason ?? '{}')]).to.deep.equal([
      'order-7',
      {
        code: 'kills_the_process',
        message:
          'The process ended each time while it handled this event, three times of them with nothing else beside it. It was not handled again.',
        attempts: 0,
        handlerVersion: '1',
      },
    ])
    expect(handled).to.not.include('order-7')
    // Once unnoticed, once written down beside others, three times alone.
    expect(deaths).to.equal(5)
    // Of the others nothing is left that would make them run alone another time.
    const { rows } = await database.pool.query<{ id: string }>('select event_id as id from handling_attempts')
    expect(rows).to.deep.equal([{ id: letter?.event?.id }])
  })
})
