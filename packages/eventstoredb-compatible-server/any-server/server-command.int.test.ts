import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { expect } from 'chai'
import getPort from 'get-port'
import { collect } from '../src/testing/collect.ts'
import { until } from '../src/testing/until.ts'
import { startServerByCommand, type ServerByCommand, type ServerByCommandOptions } from './server-command.ts'

const embedded = `node "${join(import.meta.dirname, '..', 'src', 'main.ts')}" --port {port} --data {data}`
const slow = `node ${join(import.meta.dirname, 'slow-server.ts')} {port} {data}`

describe('a server that is started by a command', function () {
  this.timeout(60_000)
  const started: ServerByCommand[] = []
  const start = async (command: string, options?: ServerByCommandOptions) => {
    const server = await startServerByCommand(command, options)
    started.push(server)
    return server
  }
  afterEach(async () => {
    for (const server of started.splice(0)) await server.close()
  })

  const health = async ({ port }: ServerByCommand) => (await fetch(`http://127.0.0.1:${port}/health/live`)).status
  const isFree = ({ port }: Pick<ServerByCommand, 'port'>) =>
    fetch(`http://127.0.0.1:${port}/`).then(
      () => false,
      () => true,
    )
  const lines = ({ data }: ServerByCommand, file: string) =>
    existsSync(join(data, file)) ? readFileSync(join(data, file), 'utf8').trim().split('\n') : []
  const failureOf = (command: string, options?: ServerByCommandOptions) =>
    start(command, options).then(
      () => expect.fail('it should not have started'),
      (error: unknown) => (error as Error).message,
    )

  it('is there when it says that it is ready', async () => {
    const server = await start(slow)
    expect(await health(server)).to.equal(204)
    expect(server.url).to.equal(`esdb://127.0.0.1:${server.port}?tls=false`)
  })

  it('is stopped in good order', async () => {
    const server = await start(slow)
    await server.stop()
    expect([await isFree(server), lines(server, 'stops')]).to.deep.equal([true, ['stopped']])
    await server.start()
    expect([await health(server), lines(server, 'starts').length]).to.deep.equal([204, 2])
  })

  it('is killed hard, and started again as often as it takes until its data is no longer locked', async () => {
    const server = await start(slow)
    await server.kill()
    expect([await isFree(server), lines(server, 'stops')]).to.deep.equal([true, []])
    await server.start()
    // The first, two that were refused, and one that stays.
    expect([await health(server), lines(server, 'starts').length]).to.deep.equal([204, 4])
  })

  it('is killed with all that was started with it', async () => {
    const server = await start(`sh -c '${slow.replace('{port}', '$0').replace('{data}', '$1')} & wait' {port} {data}`)
    await server.kill()
    expect(await isFree(server)).to.equal(true)
  })

  it('is given up when it stays locked for longer than the limit', async () => {
    const server = await start(`${slow} 0 1000000`, { startLimitMs: 6_000 })
    await server.kill()
    expect(
      await server.start().then(
        () => 'nothing',
        (error: unknown) => (error as Error).message,
      ),
    ).to.contain('the data directory is locked')
  })

  it('is refused where it cannot be started, does not stay, or is never ready, and leaves nothing behind', async () => {
    const port = await getPort({ host: '127.0.0.1' })
    expect(await failureOf('no-such-program {port} {data}')).to.contain('ENOENT')
    expect(await failureOf(`node -e 'console.log("no", process.argv[2]); process.exit(7)' {port} {data}`))
      .to.contain('(exit code 7)')
      .and.contain('/data')
    expect(await failureOf(`${slow} 60000`, { port, startLimitMs: 2_000 })).to.contain(
      'in vain: /health/live says that it is ready',
    )
    expect(await isFree({ port })).to.equal(true)
    expect(await failureOf('server --data {data}')).to.contain('no {port} in the command')
    expect(await failureOf('server {port}')).to.contain('no {data} in the command')
  })

  it('is told of when it ends by itself', async () => {
    const server = await start(slow)
    await fetch(`http://127.0.0.1:${server.port}/die`).catch(() => undefined)
    started.length = 0
    // Whether its end has been seen before it was asked for, or just after, it was its own.
    expect(
      await server.close().then(
        () => 'nothing',
        (error: unknown) => (error as Error).message,
      ),
    ).to.contain('it had ended by itself (exit code 3)')
  })

  it('is told nothing of how the tests find their store', async () => {
    const before = { ...process.env }
    Object.assign(process.env, { EVENTSTORE_URL: 'esdb://nowhere', EVENTSTORE_COMMAND: 'nothing' })
    const server = await start(slow).finally(() => {
      for (const name of ['EVENTSTORE_URL', 'EVENTSTORE_COMMAND']) delete process.env[name]
      Object.assign(process.env, before)
    })
    expect(lines(server, 'variables'))
      .to.include('PATH')
      .and.not.include('EVENTSTORE_URL')
      .and.not.include('EVENTSTORE_COMMAND')
  })

  it('keeps what was written through a kill, in a folder of its own or a given one', async () => {
    const data = mkdtempSync(join(tmpdir(), 'given data-'))
    const server = await start(embedded, { data })
    const numbers = [0, 1, 2]
    const first = EventStoreDBClient.connectionString(server.url)
    await first.appendToStream(
      'numbers',
      numbers.map((n) => jsonEvent({ type: 'Counted', data: { n } })),
    )
    await first.dispose()
    await server.kill()
    await server.start()
    const second = EventStoreDBClient.connectionString(server.url)
    let kept: unknown
    // Clients of a process share connections by address, and this one may not know yet that the server is there again.
    await until('it answers clients', () =>
      collect(second.readStream('numbers')).then(
        (read) => {
          kept = read.map(({ event }) => event?.data)
          return true
        },
        () => false,
      ),
    )
    expect(kept).to.deep.equal(numbers.map((n) => ({ n })))
    await second.dispose()
    started.length = 0
    await server.close()
    expect(existsSync(data)).to.equal(true)
    rmSync(data, { recursive: true })
  })
})
