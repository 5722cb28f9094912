import { once } from 'node:events'
import net from 'node:net'
import { expect } from 'chai'
import { startBefore, startBeforeEventStore } from './before.ts'

describe('a proxy before a store', () => {
  it('leads to the machine that the address names, and leaves the rest of the address as it is', async () => {
    const server = net.createServer((socket) => socket.end('here')).listen(0, 'localhost')
    await once(server, 'listening')
    const { port } = server.address() as net.AddressInfo
    const { proxy, url } = await startBefore(`postgres://me:secret@localhost:${port}/shop?a=b`, 5432)
    try {
      const through = new URL(url)
      expect(through.href).to.equal(`postgres://me:secret@127.0.0.1:${through.port}/shop?a=b`)
      expect(Number(through.port)).not.to.equal(port)
      const [said] = (await once(net.connect(Number(through.port), through.hostname), 'data')) as [Buffer]
      expect(said.toString()).to.equal('here')
    } finally {
      proxy.close()
      server.close()
    }
  })

  it('is not put before an event store that is spoken to past it, or by its name', async () => {
    const refused = [
      'esdb+discover://host:2113?tls=false',
      'esdb://one:2113,two:2113?tls=false',
      'esdb://host:2113',
      'esdb://host:2113?tls=true',
    ]
    for (const address of refused) {
      const error = await startBeforeEventStore(address).catch((thrown: unknown) => thrown)
      expect((error as Error).message).to.include(address)
    }
    const { proxy, url } = await startBeforeEventStore('esdb://me:secret@host?tls=false&keepAliveInterval=5000')
    proxy.close()
    expect(url).to.match(/^esdb:\/\/me:secret@127\.0\.0\.1:\d+\?tls=false&keepAliveInterval=5000$/)
  })
})
