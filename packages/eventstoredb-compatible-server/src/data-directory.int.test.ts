import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { jsonEvent } from '@eventstore/db-client'
import { expect } from 'chai'
import { open } from 'lmdb'
import { collect } from './testing/collect.ts'
import { readyServer, spawnServer } from './testing/child-server.ts'
import { Opened } from './testing/running-server.ts'
import { errorOf, until } from './testing/until.ts'

const event = (id: string = randomUUID()) => jsonEvent({ id, type: 'Happened', data: { id } })

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
