import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { startEventStore, type EventStore } from '../embedded/event-store/server.ts'
import { freePort } from '../embedded/shop/ports.ts'
import { callerOf, testAuthentication, tokenOf } from '../test/specifications/api.ts'
import { until } from '../test/support/until.ts'

describe('command API as a process, on a store that goes away', function () {
  this.timeout(60_000)
  let folder: string
  let store: EventStore
  let api: ChildProcess
  let url: string
  let output = ''

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'command-api-'))
    store = await startEventStore({ port: 0, data: folder })
    const port = await freePort()
    url = `http://127.0.0.1:${port}`
    api = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
      env: {
        ...testAuthentication, COMMAND_API_PORT: String(port), EVENTSTORE_URL: store.url, READ_API_URL: 'http://127.0.0.1:1',
        PAYMENT_WEBHOOK_SECRET: 'a secret of the tests', LOG_FORMAT: 'json',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    api.stdout?.on('data', (chunk: Buffer) => { output += chunk.toString() })
    await ready()
  })
  after(async () => {
    if (api.exitCode === null) api.kill('SIGKILL')
    await store.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const ready = () => until('the command API is ready', async () => ((await fetch(`${url}/health/ready`)).ok ? true : undefined), { limitMs: 30_000 })
  const receive = (document: string) =>
    callerOf(url, tokenOf('olga', ['operator'])).post('/v1/inventory/MUG/receipts', { quantity: 1, document })
  const onHand = ({ body }: { readonly body: unknown }) => (body as { onHand: number }).onHand

  it('answers 503 within two seconds, says so in its readiness, and serves by itself when the store is back', async () => {
    expect(onHand(await receive('first').answers(200))).to.equal(1)
    const { port } = store
    await store.kill()

    for (const document of ['second', 'third']) {
      const began = performance.now()
      const { headers } = await receive(document).isRefused(503, 'store_unavailable')
      expect(performance.now() - began).to.be.lessThan(2_000)
      expect(headers['retry-after']).to.equal('1')
    }
    const { reasons } = (await callerOf(url).get('/health/ready').answers(503)).body as { reasons: { name: string }[] }
    expect(reasons.map(({ name }) => name)).to.deep.equal(['event store'])
    await callerOf(url).get('/health/live').answers(200)

    store = await startEventStore({ port, data: folder })
    await ready()
    // What was refused has not happened, or has: either way it counts once.
    await receive('second').answers(200)
    expect(onHand(await receive('third').answers(200))).to.equal(3)
  })

  it('drains at SIGTERM', async () => {
    const ended = once(api, 'close')
    api.kill('SIGTERM')
    const [code] = (await ended) as [number | null]
    expect(code, output).to.equal(0)
    expect(output).to.include('"reason":"SIGTERM"')
  })
})
