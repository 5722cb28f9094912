import { once } from 'node:events'
import { connect } from 'node:net'
import { expect } from 'chai'
import { listen } from './listen.ts'

const host = '127.0.0.1'

describe('listening', () => {
  it('says which port is taken', async () => {
    const first = await listen((_request, response) => response.end(), { host, port: 0 })
    const error = await listen((_request, response) => response.end(), { host, port: first.port }).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(error)
      .to.be.instanceOf(Error)
      .with.property('message')
      .that.includes(`port ${first.port} on ${host} is taken`)
    await first.close()
  })

  it('lets a request that is under way end, and takes no new ones', async () => {
    let answer = (): void => undefined
    const arrived = new Promise<void>((resolve) => {
      answer = resolve
    })
    let finish = (): void => undefined
    const server = await listen(
      (_request, response) => {
        finish = () => response.end('done')
        answer()
      },
      { host, port: 0 },
    )
    const asked = fetch(server.url)
    await arrived
    const closed = server.close()
    const late = await fetch(server.url).then(
      () => 'answered',
      () => 'refused',
    )
    finish()
    expect([late, await (await asked).text()]).to.deep.equal(['refused', 'done'])
    await closed
  })

  it('is not held open by a connection without a request, and cuts one off that never ends', async () => {
    let arrive = (): void => undefined
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve
    })
    const server = await listen(() => arrive(), { host, port: 0, closeLimitMs: 50 })
    const idle = connect(server.port, host)
    await once(idle, 'connect')
    const endless = fetch(server.url).then(
      () => 'answered',
      () => 'cut off',
    )
    await arrived
    await server.close()
    expect(await endless).to.equal('cut off')
    idle.destroy()
  })
})
