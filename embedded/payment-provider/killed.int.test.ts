import { expect } from 'chai'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { childEnvironment } from '../../test/support/child-environment.ts'

describe('the payment provider, killed', () => {
  let folder: string
  let children: ChildProcess[]

  const start = async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
      env: {
        ...childEnvironment,
        PAYMENT_PROVIDER_PORT: '0',
        PAYMENT_WEBHOOK_URL: 'http://127.0.0.1:1/',
        PAYMENT_WEBHOOK_SECRET: 'a secret of the tests',
        PAYMENT_PROVIDER_DATA: join(folder, 'journal'),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.push(child)
    for await (const line of createInterface({ input: child.stdout }))
      return { child, url: /http:\/\/\S+/.exec(line)?.[0] ?? '' }
    throw new Error('it ended before it was ready')
  }

  const charge = async (url: string, key: string) => {
    const response = await fetch(`${url}/v1/charges`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
      body: JSON.stringify({ paymentId: key, orderId: 'order', amount: 1999, currency: 'EUR', method: 'card-ok' }),
    })
    return { status: response.status, body: (await response.json()) as { id: string; createdAt: string } }
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'payment-provider-'))
    children = []
  })
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL')
    await rm(folder, { recursive: true, force: true })
  })

  it('remembers everything that it has answered, as it was answered', async () => {
    const first = await start()
    const ended = once(first.child, 'exit')
    const answered = new Map<string, Awaited<ReturnType<typeof charge>>>()
    await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const answer = await charge(first.url, `key-${index}`).catch(() => undefined)
        if (answer === undefined) return
        answered.set(`key-${index}`, answer)
        if (answered.size === 20) first.child.kill('SIGKILL')
      }),
    )
    await ended
    expect(answered.size).to.be.within(20, 60)

    const { url } = await start()
    for (const [key, answer] of answered) expect(await charge(url, key), key).to.deep.equal(answer)
    const { items } = (await (await fetch(`${url}/v1/charges`)).json()) as { items: { id: string }[] }
    expect(items.map(({ id }) => id)).to.include.members([...answered.values()].map(({ body }) => body.id))
    expect(new Set(items.map(({ id }) => id)).size).to.equal(items.length)
  }).timeout(20_000)
})
