import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { removePostgresData } from '../../embedded/postgres.ts'
import { freePort, takenPorts } from '../../embedded/shop/ports.ts'
import { secretsOf } from '../../embedded/shop/secrets.ts'
import { portVariables } from '../../embedded/shop/settings.ts'
import { developmentToken } from '../../embedded/shop/token.ts'
import { until } from '../support/until.ts'

const root = join(import.meta.dirname, '..', '..')

describe('npm start', () => {
  const data = mkdtempSync(join(tmpdir(), 'npm-start-'))
  const ports: Record<string, string> = {}
  let current: ChildProcess | undefined

  before(async () => {
    for (const { variable } of Object.values(portVariables)) ports[variable] = String(await freePort())
  })
  after(async function () {
    this.timeout(60_000)
    current?.kill('SIGKILL')
    await allPortsAreFree()
    await removePostgresData(join(data, 'postgres'))
    rmSync(data, { recursive: true, force: true })
  })

  const start = (overrides: Record<string, string> = {}) => {
    const { EVENTSTORE_URL: _eventStore, DATABASE_URL: _database, ...inherited } = process.env
    const child = spawn(process.execPath, ['embedded/start.ts'], {
      cwd: root,
      env: { ...inherited, ...ports, ...overrides, DATA_DIRECTORY: data },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    current = child
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => { output += chunk.toString() })
    child.stderr.on('data', (chunk: Buffer) => { output += chunk.toString() })
    return {
      child,
      output: () => output,
      ended: once(child, 'close') as Promise<[number | null]>,
      ready: () => until('npm start says it is ready', () => {
        if (output.includes('Ready after')) return true
        if (child.exitCode !== null) throw new Error(`it ended: ${output}`)
        return undefined
      }, { limitMs: 60_000 }),
    }
  }

  const allPortsAreFree = () => until('nothing listens any more', async () => {
    const taken = await takenPorts(Object.entries(ports).map(([variable, port]) => ({ what: variable, variable, port: Number(port) })))
    if (taken.length === 0) return true
    throw new Error(`still listening: ${taken.map(({ what }) => what).join(', ')}`)
  }, { limitMs: 40_000 })

  const alice = () => ({ authorization: `Bearer ${developmentToken(secretsOf(data), { sub: 'alice', role: 'customer' })}` })
  const myOrders = async (): Promise<readonly { orderId: string; status: string }[]> => {
    const answer = await fetch(`http://127.0.0.1:${ports['READ_API_PORT']}/v1/orders`, { headers: alice() })
    return ((await answer.json()) as { items: { orderId: string; status: string }[] }).items
  }

  it('keeps an order from one run to the next, and stops everything in between', async () => {
    const first = start()
    await first.ready()
    expect(first.output()).to.contain('export CUSTOMER=').and.contain('npm run demo')
    const answer = await fetch(`http://127.0.0.1:${ports['COMMAND_API_PORT']}/v1/orders`, {
      method: 'POST',
      headers: { ...alice(), 'content-type': 'application/json', 'idempotency-key': 'kept' },
      body: JSON.stringify({
        lines: [{ sku: 'MUG-BLUE', quantity: 1 }],
        shipTo: { name: 'Alice', street: 'Lindenweg 1', postalCode: '10115', city: 'Berlin', country: 'DE' },
        contact: { email: 'alice@example.com' },
        payment: { method: 'card-ok' },
      }),
    })
    expect(answer.status).to.equal(201)
    const { orderId } = (await answer.json()) as { orderId: string }
    // As one Ctrl-C comes by way of npm: to the program itself, and once more from the one that started it.
    first.child.kill('SIGINT')
    first.child.kill('SIGINT')
    const [code] = await first.ended
    expect(code, first.output()).to.equal(0)
    await allPortsAreFree()

    const second = start()
    await second.ready()
    const order = await until('the order is confirmed', async () =>
      (await myOrders()).find((one) => one.orderId === orderId && one.status === 'confirmed'))
    expect(order.orderId).to.equal(orderId)
  })

  it('leaves no process behind when it is killed itself', async () => {
    expect(current?.exitCode, 'the second run of the test before goes on').to.equal(null)
    current?.kill('SIGKILL')
    await allPortsAreFree()
  })

  it('names a port that is taken and how to choose another, and starts nothing', async () => {
    const server = createServer().listen(Number(ports['READ_API_PORT']), '127.0.0.1')
    await once(server, 'listening')
    const third = start()
    const [code] = await third.ended
    server.close()
    expect(code).to.equal(1)
    expect(third.output()).to.contain(`Port ${ports['READ_API_PORT']} (read-api) is taken`).and.contain('READ_API_PORT=')
  })
})
