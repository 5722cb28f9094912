import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { untilTrue } from '../support/until.ts'
import { watchCounters, type Counters } from './counters.ts'

const name = 'group_redelivered_total'

describe('counters of processes that are killed', () => {
  const says = { count: 0, status: 200, breaksOff: false }
  let server: Server
  let port = 0
  let looks = 0
  let counters: Counters

  const start = async (): Promise<void> => {
    server = createServer((_, response) => {
      looks += 1
      const text = `${name}{group="order"} ${says.count}\n`
      response.writeHead(says.status, { 'Content-Length': says.breaksOff ? 2 * text.length : text.length })
      response.write(text, () => {
        if (says.breaksOff) response.destroy()
        else response.end()
      })
    }).listen(port, '127.0.0.1')
    await once(server, 'listening')
    ;({ port } = server.address() as AddressInfo)
  }
  const kill = async (): Promise<void> => {
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  beforeEach(async () => {
    Object.assign(says, { count: 3, status: 200, breaksOff: false })
    port = 0
    await start()
    counters = watchCounters([`http://127.0.0.1:${port}`], [name], 1)
  })
  afterEach(async () => {
    if (server.listening) await kill()
    await counters.stop()
  })
  const total = (count: number) => untilTrue(`${count} are counted`, () => counters.total(name) === count)

  it('are added up over all their lives, and looks in between are counted as missed', async () => {
    await total(3)
    expect(counters.missed()).to.equal(0)
    says.count = 5
    await total(5)
    await kill()
    await untilTrue('it was not there', () => counters.missed() > 2)
    says.count = 2
    await start()
    await total(7)
    expect(counters.failures()).to.deep.equal([])
  })

  it('miss a look whose answer breaks off', async () => {
    says.breaksOff = true
    await untilTrue('a look was missed', () => counters.missed() > 0)
    expect(counters.failures()).to.deep.equal([])
  })

  it('say what else has gone wrong with a look, once', async () => {
    says.status = 500
    looks = 0
    await untilTrue('it has failed more than once', () => looks > 2)
    await counters.stop()
    expect(counters.failures()).to.deep.equal([
      `a look at http://127.0.0.1:${port}/metrics: http://127.0.0.1:${port}/metrics answered 500`,
    ])
    expect(counters.missed()).to.equal(0)
  })
})
