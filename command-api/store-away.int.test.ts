import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect } from 'chai'
import { chosenEventStore, type ServerByCommand } from 'eventstoredb-compatible-server/source/testing/any-server'
import { streams } from '../domain/shared/streams.ts'
import { freePort } from '../embedded/ports.ts'
import { connectEventStore } from '../infrastructure/event-store/adapter.ts'
import { callerOf, testAuthentication, tokenOf } from '../test/specifications/api.ts'
import { childEnvironment } from '../test/support/child-environment.ts'
import { ownEventStore, testEventStore } from '../test/support/event-store.ts'
import { onOwnEventStore } from '../test/support/own-event-store-only.ts'
import { ask, startLoad } from '../test/support/keep-alive-clients.ts'
import { until, untilTrue } from '../test/support/until.ts'

describe('command API as a process, on a store that goes away', function () {
  this.timeout(60_000)
  /** Undefined where somebody else runs it. */
  let store: ServerByCommand | undefined
  let api: ChildProcess
  let eventStoreUrl: string
  let port: number
  let url: string
  let output = ''

  before(async () => {
    store = chosenEventStore(process.env).kind === 'running' ? undefined : await ownEventStore()
    eventStoreUrl = (store ?? (await testEventStore())).url
    port = await freePort()
    url = `http://127.0.0.1:${port}`
    api = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
      env: {
        ...childEnvironment,
        ...testAuthentication,
        COMMAND_API_PORT: String(port),
        EVENTSTORE_URL: eventStoreUrl,
        READ_API_URL: 'http://127.0.0.1:1',
        PAYMENT_WEBHOOK_SECRET: 'a secret of the tests',
        LOG_FORMAT: 'json',
        RATE_LIMIT_PER_SECOND: '100000',
        RATE_LIMIT_BURST: '100000',
        SHUTDOWN_DELAY_SECONDS: '1',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    api.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    await ready()
  })
  after(async () => {
    if (api.exitCode === null) api.kill('SIGKILL')
    await store?.close()
  })

  const ready = () =>
    until('the command API is ready', async () => ((await fetch(`${url}/health/ready`)).ok ? true : undefined), {
      limitMs: 30_000,
    })
  const sku = `MUG-${randomUUID().slice(0, 8).toUpperCase()}`
  const receive = (document: string) =>
    callerOf(url, tokenOf('olga', ['operator'])).post(`/v1/inventory/${sku}/receipts`, { quantity: 1, document })
  const onHand = ({ body }: { readonly body: unknown }) => (body as { onHand: number }).onHand

  onOwnEventStore(
    'the command API answers 503 within two seconds, says so in its readiness, and serves by itself when the store is back',
    async () => {
      expect(onHand(await receive('first').answers(200))).to.equal(1)
      await store?.kill()

      for (const document of ['second', 'third']) {
        const began = performance.now()
        const { headers } = await receive(document).isRefused(503, 'store_unavailable')
        expect(performance.now() - began).to.be.lessThan(2_000)
        expect(headers['retry-after']).to.equal('1')
      }
      const reasons = await until('it says so in its readiness', async () => {
        const body = (await (await fetch(`${url}/health/ready`)).json()) as { reasons?: { name: string }[] }
        return body.reasons
      })
      expect(reasons.map(({ name }) => name)).to.deep.equal(['event store'])
      await callerOf(url).get('/health/live').answers(200)

      await store?.start()
      await ready()
      // What was refused has not happened, or has: either way it counts once.
      await receive('second').answers(200)
      expect(onHand(await receive('third').answers(200))).to.equal(3)
    },
  )

  it('answers all it has taken when it is told to end under load, and has written what it said', async () => {
    const authorization = `Bearer ${tokenOf('olga', ['operator'])}`
    const load = startLoad(8, (agent, number) =>
      ask(agent, {
        port,
        path: `/v1/inventory/${sku}/receipts`,
        method: 'POST',
        headers: { Authorization: authorization },
        body: { quantity: 1, document: `load-${number}` },
      }),
    )
    await untilTrue('the load is on', () => load.answered.length > 50)
    const ended = once(api, 'close')
    api.kill('SIGTERM')
    await untilTrue('it says so', async () =>
      (await (await fetch(`${url}/health/ready`)).text()).includes('{"name":"process","reason":"shutting down"}'),
    )
    await load.end()
    const [code] = (await ended) as [number | null]
    expect(code, output).to.equal(0)
    expect(output).to.include('"reason":"SIGTERM"')

    expect(load.failed).to.deep.equal([])
    expect([...new Set(load.answered.map(({ status }) => status))]).to.deep.equal([200])
    const reader = await connectEventStore({ url: eventStoreUrl })
    const written: unknown[] = []
    for await (const { data } of reader.readStream(streams.stock(sku)))
      written.push((data as { readonly document?: unknown }).document)
    await reader.dispose()
    expect(written.filter((document) => String(document).startsWith('load-'))).to.have.length(load.answered.length)
  })
})
