import { createServer, type Server } from 'node:http'
import { createServer as createSocketServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { expect } from 'chai'
import type { Examined } from './examined.ts'
import { checkPorts } from './ports.ts'

describe('the ports of the processes', () => {
  const servers: { close(): unknown }[] = []
  afterEach(() => {
    for (const server of servers.splice(0)) server.close()
  })

  const listening = async (server: Server | ReturnType<typeof createSocketServer>): Promise<number> => {
    servers.push(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const answering = (body: unknown) =>
    listening(
      createServer((_request, response) => {
        response.setHeader('Connection', 'close').end(JSON.stringify(body))
      }),
    )
  const seen = async (environment: NodeJS.ProcessEnv, process: Examined['processes'][number] = 'read-api') => {
    const away = { fault: 'not looked at' }
    const [finding] = await checkPorts({
      environment,
      processes: [process],
      eventStore: away,
      database: away,
      close: async () => undefined,
    })
    return finding && [finding.state, finding.seen]
  }

  it('are fine where they are free, or where the shop answers already', async () => {
    const free = await listening(createSocketServer())
    servers.pop()?.close()
    expect(await seen({ READ_API_PORT: String(free) })).to.deep.equal(['fine', `${free} is free`])
    const ours = await answering({ status: 'live', version: '1.0.0' })
    expect(await seen({ READ_API_PORT: String(ours) })).to.deep.equal(['fine', `${ours} is answered by the shop`])
  })

  it("are the shop's too where its health is answered on a port of its own", async () => {
    const routes = await answering({ status: 404 })
    const management = await answering({ status: 'live' })
    const environment = { READ_API_PORT: String(routes), MANAGEMENT_PORT: String(management) }
    expect(await seen(environment)).to.deep.equal(['fine', `${routes} is answered by the shop`])
  })

  it('are wrong where another program is', async () => {
    const other = await answering({ hello: 'world' })
    expect(await seen({ READ_API_PORT: String(other) })).to.deep.equal([
      'wrong',
      `${other} is taken by another program`,
    ])
    const noHttp = await listening(createSocketServer((socket) => socket.destroy()))
    expect(await seen({ READ_API_PORT: String(noHttp) })).to.deep.equal([
      'wrong',
      `${noHttp} is taken by another program`,
    ])
  })

  it('are wrong at an address that the machine does not have', async () => {
    const [state, text] = (await seen({ HOST: '192.0.2.1', READ_API_PORT: '3001' })) ?? []
    expect(state).to.equal('wrong')
    expect(text).to.include('nobody can listen on 192.0.2.1:3001 (EADDRNOTAVAIL)')
  })

  it('are not looked at where nobody knows which, or none is opened', async () => {
    expect(await seen({ READ_API_PORT: 'many' })).to.deep.equal(['unknown', 'its configuration is wrong'])
    expect(await seen({}, 'migrations')).to.equal(undefined)
  })
})
