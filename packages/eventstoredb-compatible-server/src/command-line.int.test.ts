import { randomUUID } from 'node:crypto'
import { existsSync, realpathSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { expect } from 'chai'
import { readyServer, spawnServer } from './testing/child-server.ts'
import { Opened } from './testing/running-server.ts'

const event = (id: string = randomUUID()) => jsonEvent({ id, type: 'Happened', data: { id } })

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
