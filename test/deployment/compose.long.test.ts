import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { z } from 'zod'
import { secretsOf } from '../../embedded/shop/secrets.ts'
import { quickDurations } from '../../embedded/shop/settings.ts'
import { developmentToken } from '../../embedded/shop/token.ts'
import { root } from '../architecture/source-files.ts'
import { until, untilTrue } from '../support/until.ts'
import { readCompose } from './compose-file.ts'
import { composeProject, whyNoCompose, type ComposeProject, type Container } from './running-compose.ts'
import { buildStandIns, registryArgument } from './stand-ins/build.ts'
import { answerOf } from './stand-ins/commands.ts'

const why = whyNoCompose()
const image = readCompose({ PAYMENT_WEBHOOK_SECRET: 'none' })['command-api']?.image ?? ''
const ours = ['command-api', 'read-api', 'processors', 'projections', 'console', 'payment-provider']
/** What an image adds to that of Node, in bytes. */
const most = 60_000_000

const orderSchema = z.looseObject({ orderId: z.string(), status: z.string(), revision: z.unknown() })
const targetsSchema = z.object({
  data: z.object({
    activeTargets: z.array(z.looseObject({ health: z.string(), labels: z.looseObject({ job: z.string() }) })),
  }),
})
const rowsSchema = z.array(z.looseObject({ orderId: z.string(), atRest: z.boolean() }))

describe(`docker compose${why === undefined ? '' : `: not tried, ${why}`}`, function () {
  this.timeout(20 * 60_000)
  const data = mkdtempSync(join(tmpdir(), 'compose-test-'))
  let project: ComposeProject | undefined

  before(function () {
    if (why !== undefined) this.skip()
    buildStandIns()
    answerOf('docker', ['build', ...registryArgument(), '--tag', image, root])
    project = composeProject('order-processing-test', quickDurations)
  })
  after(() => {
    project?.remove()
    rmSync(data, { recursive: true, force: true })
  })

  const there = (): ComposeProject => {
    if (project === undefined) throw new Error('it was not made')
    return project
  }
  const isWell = ({ service, status, health, exitCode }: Container) =>
    service === 'migrate'
      ? status === 'exited' && exitCode === 0
      : status === 'running' && (health ?? 'healthy') === 'healthy'
  const up = async (...args: readonly string[]) => {
    there().compose('up', '--detach', ...args)
    const notWell = () =>
      there()
        .containers()
        .filter((container) => !isWell(container))
    await untilTrue(
      'all are healthy',
      () => {
        const names = notWell().map(({ service, status, health }) => `${service}: ${health ?? status}`)
        if (names.length > 0) throw new Error(names.join(', '))
        return true
      },
      { limitMs: 180_000, everyMs: 1_000 },
    )
  }
  const tool = (program: string, ...args: readonly string[]) =>
    answerOf(process.execPath, [join(root, program), ...args], { ...there().environment, DATA_DIRECTORY: data })
  /** What an operator sees of each order. */
  const seen = async (orderIds: readonly string[]) => {
    const token = developmentToken(secretsOf(data, there().environment), { sub: 'olga', role: 'operator' })
    return Promise.all(
      orderIds.map((orderId) =>
        // A busy machine may have it answer 503, and ask to be asked again.
        until(`the read API shows ${orderId}`, async () => {
          const answer = await fetch(`http://127.0.0.1:3001/v1/orders/${orderId}`, {
            headers: { authorization: `Bearer ${token}` },
          })
          if (answer.status === 503) throw new Error(await answer.text())
          expect(answer.status).to.equal(200)
          return orderSchema.parse(await answer.json())
        }),
      ),
    )
  }
  /** What Prometheus asks now; its series would also tell of what it asked before it was started again. */
  const targets = async () => {
    const answer = await fetch('http://127.0.0.1:9090/api/v1/targets?state=active')
    return targetsSchema.parse(await answer.json()).data.activeTargets
  }
  let orderIds: readonly string[] = []

  it('has an image without root, development dependencies or tests', () => {
    const run = (...command: readonly string[]) => answerOf('docker', ['run', '--rm', '--read-only', image, ...command])
    expect(run('id', '--user').trim()).to.equal('1000')
    const files = run('find', '.', '-name', '*.test.ts', '-o', '-path', './node_modules/mocha', '-o', '-name', '.env*')
    expect(files).to.equal('')
    const sizeOf = (name: string) => Number(answerOf('docker', ['image', 'inspect', '--format', '{{.Size}}', name]))
    const base = /^FROM (node:\S+)/m.exec(readFileSync(join(root, 'Dockerfile'), 'utf8'))?.[1] ?? ''
    expect(sizeOf(image) - sizeOf(base)).to.be.lessThan(most)
  })

  it('brings everything up in order, and healthy', async () => {
    await up()
    const checked = there()
      .containers()
      .filter(({ health }) => health === 'healthy')
    expect(checked.map(({ service }) => service)).to.include.members([...ours, 'eventstore', 'postgres', 'grafana'])
  })

  it('passes the demonstration', () => {
    const rows = rowsSchema.parse(JSON.parse(tool('embedded/demo.ts', '--seed', '--json')))
    expect(rows.filter(({ atRest }) => !atRest)).to.deep.equal([])
    expect(rows).to.have.length(20)
    orderIds = rows.map(({ orderId }) => orderId)
  })

  it('ends everything in order when it is stopped, and has it all when it is started again', async () => {
    const before = await seen(orderIds)
    there().compose('stop')
    for (const { id, service, status, exitCode } of there().containers()) {
      expect({ service, status, exitCode }).to.deep.equal({ service, status: 'exited', exitCode: 0 })
      if (ours.includes(service)) expect(there().logOf(id)).not.to.include('shutdown timed out')
    }
    const ended = new Map(
      there()
        .containers()
        .map(({ service, endedAt }) => [service, endedAt.getTime()]),
    )
    for (const [service, store] of [
      ['command-api', 'eventstore'],
      ['processors', 'eventstore'],
      ['processors', 'postgres'],
      ['projections', 'postgres'],
      ['read-api', 'postgres'],
      ['console', 'eventstore'],
    ] as const)
      expect(ended.get(service), `${service}, then ${store}`).to.be.at.most(ended.get(store) ?? 0)
    await up()
    expect(await seen(orderIds)).to.deep.equal(before)
  })

  it('runs two processors, which Prometheus finds, and orders end as they must with both', async () => {
    await up('--scale', 'processors=2')
    const two = there()
      .containers()
      .filter(({ service }) => service === 'processors')
    expect(new Set(two.map(({ ports }) => ports['3003/tcp']?.[0]?.HostPort)).size).to.equal(2)
    await untilTrue(
      'Prometheus asks both',
      async () => {
        const asked = (await targets()).filter(({ labels }) => labels.job === 'processors')
        return asked.length === 2 && asked.every(({ health }) => health === 'up')
      },
      { limitMs: 90_000, everyMs: 1_000 },
    )
    const rows = rowsSchema.parse(JSON.parse(tool('embedded/demo.ts', '--json')))
    expect(rows.filter(({ atRest }) => !atRest)).to.deep.equal([])
  })

  it('finds metrics at every process, and at the event store', async () => {
    expect((await targets()).filter(({ health }) => health !== 'up')).to.deep.equal([])
  })
})
