import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, existsSync, readFileSync, realpathSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { join, relative } from 'node:path'
import { EventStoreDBClient, jsonEvent, type AppendResult } from '@eventstore/db-client'
import { expect } from 'chai'
import { open } from 'lmdb'
import { collect } from './testing/collect.ts'
import { readyServer, serverWithLimitedFiles, spawnServer } from './testing/child-server.ts'
import { Opened } from './testing/running-server.ts'
import { errorOf, until } from './testing/until.ts'

const event = (id: string = randomUUID()) => jsonEvent({ id, type: 'Happened', data: { id } })

describe('what was answered stays (2.5)', () => {
  const opened = new Opened()
  afterEach(() => opened.close())
  const connect = (url: string): EventStoreDBClient => {
    const client = EventStoreDBClient.connectionString(url)
    opened.after(() => client.dispose())
    return client
  }

  it('after a restart: events, positions, metadata, deletions, and which appends were made before (2.4)', async () => {
    const data = opened.directory()
    const first = await opened.server({ data })
    const before = opened.client(first)
    const events = [event(), event()]
    const written = await before.appendToStream('s', events, { expectedRevision: 'no_stream' })
    const weak = await before.appendToStream('weak', event('11111111-2222-3333-4444-555555555555'))
    await before.setStreamMetadata('s', { maxCount: 1 })
    await before.tombstoneStream('closed')
    const all = await collect(before.readAll())
    await first.stop()

    const after = opened.client(await opened.server({ data }))
    expect(await collect(after.readAll())).to.deep.equal(all)
    expect((await collect(after.readStream('s'))).map(({ event: one }) => one?.revision)).to.deep.equal([1n])
    expect(await after.appendToStream('s', events, { expectedRevision: 'no_stream' })).to.deep.include({
      nextExpectedRevision: 1n,
      position: written.position,
    })
    expect(await after.appendToStream('weak', event('11111111-2222-3333-4444-555555555555'))).to.deep.equal(weak)
    expect(await errorOf(after.appendToStream('closed', event()))).to.have.property('type', 'stream-deleted')
    const next = await after.appendToStream('s', event(), { expectedRevision: 1n })
    expect((next.position?.commit ?? 0n) > (all.at(-1)?.commitPosition ?? 0n)).to.equal(true)
  })

  it('when there is no more room: appends are refused, the server goes on, and all that was answered is there', async function () {
    // There is no limit to the size of files to be set there.
    if (process.platform === 'win32') this.skip()
    const data = opened.directory()
    const server = await serverWithLimitedFiles(['--port', '0', '--data', data], 6 * 1_048_576)
    if ('code' in server) throw new Error(server.errors)
    const client = connect(server.url)
    const large = () => jsonEvent({ type: 'Large', data: { text: 'x'.repeat(200_000) } })
    const refused = () =>
      client.appendToStream('s', large()).then(
        () => undefined,
        (error: unknown) => error,
      )
    let answered = 0
    let refusal = await refused()
    for (; refusal === undefined; refusal = await refused()) answered += 1
    expect(refusal).to.have.property('type', 'unknown')
    expect(await errorOf(client.appendToStream('s', large()))).to.have.property('type', 'unknown')
    expect(await collect(client.readStream('s'))).to.have.lengthOf(answered)
    await server.end('SIGTERM')
    const after = opened.client(await opened.server({ data }))
    expect(await collect(after.readStream('s'))).to.have.lengthOf(answered)
    expect((await after.appendToStream('s', large())).nextExpectedRevision).to.equal(BigInt(answered))
  }).timeout(60_000)

  it('after SIGKILL in the middle of writing: every answered append, whole and at its position', async () => {
    const data = opened.directory()
    for (let round = 0; round < 3; round += 1) {
      const server = await readyServer(['--port', '0', '--data', data])
      const client = connect(server.url)
      const answered = new Map<string, AppendResult>()
      let ended = false
      const write = async (writer: number): Promise<void> => {
        while (!ended) {
          const stream = `r${round}-w${writer}-${answered.size}-${randomUUID()}`
          try {
            answered.set(stream, await client.appendToStream(stream, [event(), event(), event()]))
          } catch (error) {
            if (!ended) throw error
          }
        }
      }
      const writers = Promise.all(Array.from({ length: 16 }, (_, writer) => write(writer)))
      while (answered.size < 200) await new Promise((resolve) => setImmediate(resolve))
      ended = true
      await server.end('SIGKILL')
      await writers

      const again = await opened.server({ data })
      const all = await collect(opened.client(again).readAll())
      const byStream = Map.groupBy(all, ({ event: one }) => one?.streamId ?? '')
      for (const [stream, result] of answered) {
        expect(
          byStream.get(stream)?.map(({ event: one }) => one?.revision),
          stream,
        ).to.deep.equal([0n, 1n, 2n])
        expect(byStream.get(stream)?.at(-1)?.event?.position).to.deep.equal(result.position)
      }
      for (const [stream, events] of byStream) if (stream.startsWith('r')) expect(events.length, stream).to.equal(3)
      await again.stop()
    }
  }).timeout(60_000)
})

describe('a data directory', () => {
  const opened = new Opened()
  afterEach(() => opened.close())

  it('is for one process at a time, and free again after SIGKILL', async () => {
    const data = opened.directory()
    const server = await readyServer(['--port', '0', '--data', data])
    const second = await spawnServer(['--port', '0', '--data', data])
    expect(second).to.deep.equal({
      code: 1,
      errors: `event-store: The data in ${data} is in use by process ${server.child.pid}.\n`,
    })
    await server.end('SIGKILL')
    await (await opened.server({ data })).stop()
  })

  it('is refused in the same process too', async () => {
    const data = opened.directory()
    await opened.server({ data })
    expect(await errorOf(opened.server({ data })))
      .to.have.property('message')
      .that.includes('is in use by process')
  })

  it('is taken over when its lock names a process that is gone, or another one with that id', async () => {
    const data = opened.directory()
    const { dev, ino } = statSync(data)
    for (const owner of ['999999999.1', `${process.pid}.1`, 'rubbish']) {
      writeFileSync(join(data, `owner.${owner}.${dev}-${ino}.a.lock`), 'has it')
      await (await opened.server({ data })).stop()
    }
  })

  it('is taken over when its owner has ended and only its parent has not noticed yet', async function () {
    // Elsewhere nobody says which process is a zombie.
    if (!existsSync('/proc/self/stat')) this.skip()
    const data = opened.directory()
    // The inner shell is never waited for: it names itself, ends, and stays as a zombie for as long as the outer one, a sleep by then, lives.
    const parent = spawn('sh', ['-c', "sh -c 'echo $$' & exec sleep 60"], { stdio: ['ignore', 'pipe', 'ignore'] })
    opened.after(async () => parent.kill())
    const output: unknown[] = await once(parent.stdout, 'data')
    const zombie = Number(String(output[0]))
    await until('it has ended', () => /\) Z /.test(readFileSync(`/proc/${zombie}/stat`, 'utf8')))
    const started = readFileSync(`/proc/${zombie}/stat`, 'utf8').split(') ')[1]?.split(' ')[19]
    const { dev, ino } = statSync(data)
    writeFileSync(join(data, `owner.${zombie}.${started}.${dev}-${ino}.a.lock`), 'has it')
    await (await opened.server({ data })).stop()
  })

  it("can be copied while it is in use: the copy is nobody's", async () => {
    const data = opened.directory()
    const copy = opened.directory()
    const server = await opened.server({ data })
    await opened.client(server).appendToStream('s', event())
    cpSync(data, copy, { recursive: true })
    const other = await opened.server({ data: copy })
    expect(await collect(opened.client(other).readStream('s'))).to.have.lengthOf(1)
    expect(await errorOf(opened.server({ data: copy })))
      .to.have.property('message')
      .that.includes('is in use by process')
  })

  it('is in use by whatever path it is asked for', async () => {
    const data = join(opened.directory(), 'with a space.and dots')
    await opened.server({ data })
    const link = `${data} too`
    symlinkSync(data, link)
    for (const path of [relative(process.cwd(), data), link, join(data, '..', 'with a space.and dots', '.')]) {
      expect(await errorOf(opened.server({ data: path })))
        .to.have.property('message')
        .that.includes('is in use by process')
    }
  })

  it('goes to one of those that come at the same time, also where a killed one has left its lock', async () => {
    const data = opened.directory()
    const { dev, ino } = statSync(data)
    for (let round = 0; round < 2; round += 1) {
      writeFileSync(join(data, `owner.999999999.1.${dev}-${ino}.a.lock`), 'has it')
      const tries = await Promise.all(Array.from({ length: 4 }, () => spawnServer(['--port', '0', '--data', data])))
      const won = tries.flatMap((tried) => ('code' in tried ? [] : [tried]))
      expect(won).to.have.lengthOf(1)
      for (const tried of tries)
        if ('code' in tried) expect(tried.errors).to.match(/^event-store: The data in .* is in use by process \d+\.\n$/)
      for (const server of won) await server.end('SIGKILL')
    }
  }).timeout(60_000)

  it('of a newer format is refused', async () => {
    const data = opened.directory()
    await (await opened.server({ data })).stop()
    const root = open<Buffer, Buffer>({
      path: data,
      noSubdir: false,
      keyEncoding: 'binary',
      encoding: 'binary',
      overlappingSync: false,
      maxDbs: 8,
    })
    const newer = Buffer.alloc(4)
    newer.writeUInt32BE(99)
    root
      .openDB<Buffer, Buffer>({ name: 'counters', keyEncoding: 'binary', encoding: 'binary' })
      .putSync(Buffer.from('format'), newer)
    await root.close()
    expect(await errorOf(opened.server({ data })))
      .to.have.property('message')
      .that.includes('has format 99')
    // Refused the same way a second time: the lock was given back.
    expect(await errorOf(opened.server({ data })))
      .to.have.property('message')
      .that.includes('has format 99')
  })
})

describe('the command line', () => {
  it('says in one line where it is, and stops within two seconds of SIGTERM', async () => {
    const server = await readyServer(['--port', '0', '--memory'])
    expect(server.firstLine).to.match(
      /^event-store: ready at esdb:\/\/127\.0\.0\.1:\d+\?tls=false, data in memory \(\d+ ms\)$/,
    )
    const began = performance.now()
    expect(await server.end('SIGTERM')).to.equal(0)
    expect(performance.now() - began).to.be.lessThan(2_000)
  })

  it('takes a folder that is called "memory" for one', async () => {
    const opened = new Opened()
    const directory = opened.directory()
    const server = await readyServer(['--port', '0', '--data', 'memory'], {}, directory)
    expect(server.firstLine).to.include(`data in ${join(realpathSync(directory), 'memory')} (`)
    expect(await server.end('SIGTERM')).to.equal(0)
    expect(existsSync(join(directory, 'memory', 'data.mdb'))).to.equal(true)
    await opened.close()
  })

  it('goes on when nobody reads its lines any more', async () => {
    const server = await readyServer(['--port', '0', '--memory', '--verbose'])
    server.child.stdout.destroy()
    const client = EventStoreDBClient.connectionString(server.url)
    for (let count = 0; count < 3; count += 1)
      await client.appendToStream('s', event(), { credentials: { username: 'a', password: 'b' } })
    await client.dispose()
    expect(await server.end('SIGTERM')).to.equal(0)
  })

  it('ends when its parent goes, if told so', async () => {
    const server = await readyServer(['--port', '0', '--memory'], { EXIT_WITH_PARENT: '1' })
    const ended = new Promise<number | null>((resolve) => server.child.on('exit', resolve))
    server.child.stdin.end()
    expect(await ended).to.equal(0)
  })

  it('refuses what it does not know, and a port that is taken, in one line', async () => {
    expect(await spawnServer(['--prot', '1']))
      .to.have.property('errors')
      .that.matches(/^event-store: Unknown option '--prot'.*\n$/)
    expect(await spawnServer(['--port', '-1']))
      .to.have.property('errors')
      .that.matches(/^event-store: Option '--port' argument is ambiguous\..*\n$/)
    expect(await spawnServer(['--data', ''])).to.deep.equal({ code: 1, errors: 'event-store: --data is empty\n' })
    expect(await spawnServer(['--host', ''])).to.deep.equal({ code: 1, errors: 'event-store: --host is empty\n' })
    expect(await spawnServer(['--port', 'x'])).to.deep.equal({ code: 1, errors: 'event-store: --port x is no port\n' })
    const wrongTime = (option: string) => ({ code: 1, errors: `event-store: ${option} is no number of milliseconds\n` })
    expect(await spawnServer(['--link-delay', '2147483648'])).to.deep.equal(wrongTime('--link-delay 2147483648'))
    expect(await spawnServer(['--commit-timeout-ms', '0'])).to.deep.equal(wrongTime('--commit-timeout-ms 0'))
    const taken = net.createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const address = taken.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const refused = await spawnServer(['--port', String(port), '--memory'])
    taken.close()
    expect(refused)
      .to.have.property('errors')
      .that.matches(/^event-store: .*EADDRINUSE.*\n$/)
  })
})
