import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import { startEventStore } from 'eventstoredb-compatible-server/source'
import { connectEventStore } from '../../infrastructure/event-store/adapter.ts'
import type { EventStore, GroupSettings } from '../../infrastructure/event-store/port.ts'
import { silentLogger, type Logger } from '../../infrastructure/observability/logger.ts'
import { createRegistry } from '../../infrastructure/observability/metrics.ts'
import { createGroupOtherwise } from '../../test/contract/group-made-otherwise.ts'
import { childEnvironment } from '../../test/support/child-environment.ts'
import { until } from '../../test/support/until.ts'
import type { Processors } from '../build.ts'
import { startConsumers } from '../consumers.ts'
import type { EventHandler } from '../event-handler.ts'
import { createGroupObservers } from '../group-observer.ts'
import { groupSettings } from '../groups.ts'
import { createInMemoryAttempts } from '../../test/subscriptions/in-memory-attempts.ts'

const root = join(import.meta.dirname, '../..')
const earlier: GroupSettings = { ...groupSettings, messageTimeoutMs: 30_000, maxRetryCount: 10 }
const differences = [
  { setting: 'maxRetryCount', wanted: 1_000_000, found: 10 },
  { setting: 'messageTimeoutMs', wanted: 300_000, found: 30_000 },
]

describe('groups that were made with other settings', function () {
  this.timeout(60_000)
  let url: string
  let store: EventStore
  const cleanups: (() => Promise<unknown>)[] = []
  beforeEach(async () => {
    const server = await startEventStore({ port: 0, data: 'memory' })
    cleanups.push(() => server.stop())
    url = server.url
    store = await connectEventStore({ url })
    cleanups.push(() => store.dispose())
  })
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  })

  const settingsOf = async (group: string) => (await store.groupInfo(group))?.settings
  const tool = async (...args: readonly string[]) => {
    const child = spawn(process.execPath, ['processors/groups-tool/cli.ts', ...args], {
      cwd: root,
      env: { ...childEnvironment, EVENTSTORE_URL: url },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    return { code: child.exitCode, output, errors }
  }
  const asJson = async (...args: readonly string[]) => {
    const { code, output, errors } = await tool(...args, '--json')
    expect(errors).to.equal('')
    return { code, json: JSON.parse(output) as unknown }
  }

  const append = async (stream: string): Promise<string> => {
    const id = randomUUID()
    await store.append(stream, [{ id, type: 'Happened', data: {}, metadata: {} }], 'no_stream')
    return id
  }
  /** The order service's consumer, with this for a handler. */
  const startOrderConsumer = (handle: EventHandler) => {
    const warnings: string[] = []
    const logger: Logger = { ...silentLogger, warn: (message) => void warnings.push(message), child: () => logger }
    const registry = createRegistry({ service: 'test' })
    // Of the services, consumers use no more than this.
    const service = { group: 'order', looksAt: () => true }
    const consumers = startConsumers({
      attempts: createInMemoryAttempts(),
      names: ['order'],
      store,
      processors: { services: { order: service }, handlers: { order: handle } } as unknown as Processors,
      observerOf: createGroupObservers(registry, logger),
      maxRunning: 10,
      handlerVersion: '1',
    })
    cleanups.push(() => consumers.close())
    const differing = async () => (await registry.getSingleMetric('group_settings_differ')?.get())?.values[0]?.value
    const heldBack = async () => (await registry.getSingleMetric('group_held_back_total')?.get())?.values[0]?.value ?? 0
    return { consumers, warnings, differing, heldBack }
  }

  it('are named by a start with what differs, left as they are, and consumed', async () => {
    await store.ensureGroup('order', earlier)
    const before = await settingsOf('order')
    const handled: string[] = []
    const { warnings, differing } = startOrderConsumer(async ({ stream }) => {
      handled.push(stream)
      return 'done'
    })
    await append('order-1')
    await until('it is handled', () => (handled.length > 0 ? true : undefined))
    expect(warnings).to.deep.equal([
      'group is set otherwise than wanted: maxRetryCount 10, wanted 1000000; messageTimeoutMs 30000, wanted 300000. To change it: npm run groups -- apply order',
    ])
    expect(await differing()).to.equal(2)
    expect(await settingsOf('order')).to.deep.equal(before)
  })

  it('lose nothing to an apply while they are consumed: what was under way comes again', async () => {
    await store.ensureGroup('order', earlier)
    const applied = Promise.withResolvers<void>()
    const deliveries = new Map<string, number>()
    const { consumers, warnings, differing, heldBack } = startOrderConsumer(async ({ id, stream }) => {
      deliveries.set(id, (deliveries.get(id) ?? 0) + 1)
      if (stream === 'order-held' && deliveries.get(id) === 1) await applied.promise
      return 'done'
    })
    const held = await append('order-held')
    await until('it is under way', () => deliveries.get(held))
    const ids = [held]
    let over = false
    const writing = (async () => {
      while (!over) ids.push(await append(`order-${ids.length}`))
    })()
    const { code, output } = await tool('apply', 'order')
    over = true
    await writing
    applied.resolve()
    ids.push(await append('order-after'))
    expect([code, output.includes('order: updated')]).to.deep.equal([0, true])

    await until('all are handled', () => (ids.every((id) => deliveries.has(id)) ? true : undefined))
    // While it still ran, or after that: the tool takes its time to end.
    await until('what was under way has come again', async () =>
      deliveries.get(held) === 2 || (await heldBack()) > 0 ? true : undefined,
    )
    expect(consumers.of('order')?.status().state).to.equal('running')
    expect(await differing()).to.equal(0)
    expect(warnings.filter((warning) => warning.startsWith('group is set otherwise'))).to.have.length(1)
    const info = await store.groupInfo('order')
    expect([info?.connections, info?.parked, info?.settings.maxRetryCount]).to.deep.equal([1, 0, 1_000_000])
  })

  it('are listed, with those that are missing', async () => {
    await store.ensureGroup('order', earlier)
    await store.ensureGroup('payment', groupSettings)
    const connection = await store.connect('payment', { bufferSize: 10 })
    cleanups.push(() => connection.close())
    const [list, checked, { json }] = await Promise.all([tool('list'), tool('list', '--check'), asJson('list')])
    expect([list.code, checked.code, checked.output]).to.deep.equal([0, 1, list.output])
    const row = (group: string) => list.output.split('\n').filter((line) => line.includes(` ${group} `))
    expect(row('payment').join()).to.match(/ payment +│ Live +│ 1 +│ \d+ +│ 0 .*│ as wanted +│/)
    expect(row('order')[0]).to.include('2 differ')
    expect(row('maxRetryCount').join()).to.match(/ order +│ maxRetryCount +│ 1000000 +│ 10 +│/)
    expect(list.output).to.include('inventory: missing')
    const { groups } = json as { groups: readonly Record<string, unknown>[] }
    expect(groups.map(({ group, exists, connections }) => [group, exists, connections])).to.deep.equal([
      ['order', true, 0],
      ['inventory', false, null],
      ['payment', true, 1],
      ['notification', false, null],
    ])
    expect(groups[0]?.['differences']).to.deep.equal(differences)
  })

  it('are shown and not changed by a dry run', async () => {
    await store.ensureGroup('order', earlier)
    const before = await settingsOf('order')
    const [asText, { code, json }] = await Promise.all([tool('apply', '--dry-run'), asJson('apply', '--dry-run')])
    expect([asText.code, code]).to.deep.equal([0, 0])
    expect(asText.output)
      .to.include('drops all consumers')
      .and.include('maxRetryCount')
      .and.include('Nothing was changed')
    const planned = (group: string, action: string, differ: readonly unknown[] = []) => ({
      group,
      action,
      done: false,
      failed: null,
      differences: differ,
    })
    expect(json).to.deep.equal({
      dryRun: true,
      results: [
        planned('order', 'update', differences),
        planned('inventory', 'create'),
        planned('payment', 'create'),
        planned('notification', 'create'),
      ],
    })
    expect(await settingsOf('order')).to.deep.equal(before)
    expect(await settingsOf('payment')).to.equal(undefined)
  })

  it('are changed or made by an apply, and left alone by the next', async () => {
    await createGroupOtherwise(url, 'order')
    await store.ensureGroup('payment', groupSettings)
    const actions = async () => {
      const { code, json } = await asJson('apply')
      expect(code).to.equal(0)
      return (json as { results: readonly { action: string; done: boolean }[] }).results.map(
        ({ action, done }) => `${action} ${done}`,
      )
    }
    expect(await actions()).to.deep.equal(['update true', 'create true', 'none false', 'create true'])
    const connection = await store.connect('order', { bufferSize: 10 })
    cleanups.push(() => connection.close())
    expect(await actions()).to.deep.equal(['none false', 'none false', 'none false', 'none false'])
    expect((await store.groupInfo('order'))?.connections).to.equal(1)
    expect((await tool('list', '--check')).code).to.equal(0)
  })

  it('are left alone where another group was named, and where none of that name is', async () => {
    await store.ensureGroup('order', earlier)
    const [other, nobody] = await Promise.all([tool('apply', 'payment'), tool('apply', 'order', 'orders')])
    expect([other.code, other.output.includes('payment: created')]).to.deep.equal([0, true])
    expect([nobody.code, nobody.output, nobody.errors.includes('no group orders')]).to.deep.equal([2, '', true])
    expect((await settingsOf('order'))?.maxRetryCount).to.equal(10)
  })
})
