import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { Agent } from 'node:http'
import { join } from 'node:path'
import { expect } from 'chai'
import { freePort } from '../../embedded/ports.ts'
import { refusingPort, unknownHost } from '../support/broken-servers.ts'
import { childEnvironment } from '../support/child-environment.ts'
import { ask, startLoad } from '../support/keep-alive-clients.ts'
import { until, untilTrue } from '../support/until.ts'

const root = join(import.meta.dirname, '..', '..')

/** By the variable of its port; projections have no routes, and listen where health is answered. */
const processes = {
  'command-api': 'COMMAND_API_PORT',
  'read-api': 'READ_API_PORT',
  processors: 'PROCESSORS_PORT',
  projections: 'MANAGEMENT_PORT',
} as const
type Name = keyof typeof processes

/** What each is asked under load: a route of its own, which asks who that is, where it has any. */
const asked: Readonly<Record<Name, string>> = {
  'command-api': '/v1/orders',
  'read-api': '/v1/orders',
  processors: '/v1/dead-letters',
  projections: '/health/live',
}
const answerOf = (name: Name) => ({ 'command-api': 405, 'read-api': 401, processors: 401, projections: 200 })[name]

type Running = { readonly child: ChildProcess; readonly ended: Promise<number | null>; readonly output: () => string }

describe('each process', function () {
  this.timeout(60_000)
  let stores: Readonly<Record<string, string>>
  const children: ChildProcess[] = []
  const running = new Map<Name, Running & { readonly port: number; readonly managementPort: number }>()

  const start = (name: Name, environment: Readonly<Record<string, string>>): Running => {
    const child = spawn(process.execPath, [`${name}/main.ts`], {
      cwd: root,
      env: {
        ...childEnvironment,
        ...stores,
        JWT_ISSUER: 'test',
        JWT_AUDIENCE: 'test',
        JWT_SECRET: 'a secret of the tests, long enough',
        PAYMENT_WEBHOOK_SECRET: 'a secret of the tests, long enough',
        PAYMENT_PROVIDER_URL: `http://${unknownHost}`,
        READ_API_URL: `http://${unknownHost}`,
        SMTP_URL: `smtp://${unknownHost}`,
        MAIL_FROM: 'shop@example.org',
        OPERATOR_EMAIL: 'operators@example.org',
        LOG_FORMAT: 'json',
        TRUSTED_PROXIES: 'loopback',
        CORS_ORIGINS: 'https://shop.example',
        // Longer than a busy machine keeps this test from seeing that the process says so.
        SHUTDOWN_DELAY_SECONDS: '2',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    children.push(child)
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString()
      })
    const ended = once(child, 'close').then(([code]) => code as number | null)
    return { child, ended, output: () => output }
  }

  const names = Object.keys(processes) as Name[]
  const find = (name: Name) => running.get(name) ?? expect.fail(`${name} was not started`)
  const health = async (port: number, path: 'live' | 'ready') => {
    const answer = await fetch(`http://127.0.0.1:${port}/health/${path}`)
    const { reasons = [] } = (await answer.json()) as { reasons?: readonly { name: string; reason: string }[] }
    return { status: answer.status, reasons }
  }

  before(async () => {
    const nowhere = await refusingPort()
    stores = {
      EVENTSTORE_URL: `esdb://127.0.0.1:${nowhere}?tls=false`,
      DATABASE_URL: `postgres://shop@127.0.0.1:${nowhere}/shop`,
    }
    await Promise.all(
      names.map(async (name) => {
        const [managementPort, ownPort] = [await freePort(), await freePort()]
        const port = name === 'projections' ? managementPort : ownPort
        const ports = { MANAGEMENT_PORT: String(managementPort), [processes[name]]: String(port) }
        const started = start(name, ports)
        running.set(name, { ...started, port, managementPort })
        await until(`${name} serves`, () => {
          if (started.child.exitCode !== null) throw new Error(`${name} has ended: ${started.output()}`)
          return started.output().includes('"message":"serving"') ? true : undefined
        })
      }),
    )
  })
  after(() => {
    for (const child of children) if (child.exitCode === null) child.kill('SIGKILL')
  })

  for (const name of names) {
    it(`${name} starts before its stores are there, lives, and says that it is not ready`, async () => {
      const { managementPort } = find(name)
      expect(await health(managementPort, 'live')).to.have.property('status', 200)
      const { status, reasons } = await until('it has looked', async () => {
        const found = await health(managementPort, 'ready')
        return found.reasons.some(({ reason }) => reason.includes('yet')) ? undefined : found
      })
      expect(status).to.equal(503)
      expect(reasons.map(({ reason }) => reason).join()).not.to.include('unexpected')
    })
  }

  it('believes the proxies that it is told to, and shares with the pages that it is told of', async () => {
    for (const name of names.filter((one) => one !== 'projections')) {
      const { port, output } = find(name)
      const headers = { Origin: 'https://shop.example', 'X-Forwarded-For': '203.0.113.7' }
      const answer = await fetch(`http://127.0.0.1:${port}/v1/nothing`, { headers })
      expect([answer.status, answer.headers.get('access-control-allow-origin')], name).to.deep.equal([
        404,
        'https://shop.example',
      ])
      await until(`${name} has told of it`, () => (output().includes('"address":"203.0.113.7"') ? true : undefined))
    }
  })

  it('names the variable of a port that is taken, undoes what it has started, and exits 1', async () => {
    const { port } = find('read-api')
    const second = start('read-api', { READ_API_PORT: String(port) })
    expect(await second.ended).to.equal(1)
    expect(second.output()).to.include(
      `read-api could not start: port ${port} on 127.0.0.1 is taken by somebody else; set READ_API_PORT to another one`,
    )
  })

  it('answers everybody whom it still has, when it is told to end under load, and exits 0', async () => {
    const outcomes = await Promise.all(
      names.map(async (name) => {
        const { child, port, managementPort, ended } = find(name)
        const load = startLoad(3, (agent) => ask(agent, { port, path: asked[name] }))
        // Behind a proxy that tries elsewhere what failed: nothing has to be.
        let triedElsewhere = 0
        const retried = startLoad(3, (agent) =>
          ask(agent, { port, path: asked[name] }).catch(async (error: unknown) => {
            // Nobody listens any more: that is what such a proxy is for.
            if (child.exitCode === null && (error as { code?: string }).code !== 'ECONNREFUSED') triedElsewhere += 1
            return ask(agent, { port: find('read-api').managementPort, path: '/health/live' })
          }),
        )
        await untilTrue(`${name} is under load`, () => load.answered.length > 20)
        child.kill('SIGTERM')
        await untilTrue(`${name} says that it leaves`, async () =>
          (await health(managementPort, 'ready')).reasons.some(({ reason }) => reason === 'shutting down'),
        )
        const last = await ask(new Agent({ keepAlive: true }), { port, path: asked[name] })
        await Promise.all([load.end(), retried.end()])
        const statuses = [...new Set([...load.answered, ...retried.answered, last].map(({ status }) => status))]
        return { name, failed: load.failed, triedElsewhere, statuses, last: last.connection, code: await ended }
      }),
    )
    expect(outcomes).to.deep.equal(
      names.map((name) => ({
        name,
        failed: [],
        triedElsewhere: 0,
        statuses: [answerOf(name)],
        last: 'close',
        code: 0,
      })),
    )
  })
})
