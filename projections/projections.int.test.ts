import { expect } from 'chai'
import {
  openProjectionsOfShop,
  projectionNames,
  type ProjectionsOfShop,
} from '../test/projections/projections-of-shop.ts'
import { until } from '../test/support/until.ts'

describe('the projections process', function () {
  this.timeout(60_000)
  let shop: ProjectionsOfShop
  before(async () => {
    shop = await openProjectionsOfShop()
  })
  after(() => shop.close())

  it('fills the tables, and fills them once when it is killed in the midst of it', async () => {
    const { pool, startProcess, stocked, order, caughtUp, summary } = shop
    const first = await startProcess()
    await stocked()
    const writing = (async () => {
      for (let from = 0; from < 60; from += 6) await Promise.all([0, 1, 2, 3, 4, 5].map((n) => order(from + n)))
    })()
    await until('some are there', async () =>
      (await pool.query('select 1 from orders limit 1')).rowCount === 1 ? true : undefined,
    )
    first.child.kill('SIGKILL')
    await startProcess()
    await writing
    await caughtUp()
    expect(await summary()).to.deep.equal({ orders: '60', timeline: '420', reserved: '120', products: '1' })
  })

  it('says in its metrics how far behind it is', async () => {
    const { children, startProcess } = shop
    const url = await startProcess()
    const standby = await (await fetch(`${url.url}/metrics`)).text()
    expect(standby).to.match(/projection_engine_active\{service="projections"\} 0/)
    expect(standby).to.not.match(/projection_lag_seconds\{/)
    children.find((child) => child.exitCode === null && child.signalCode === null)?.kill('SIGTERM')
    const text = await until('it has taken over', async () => {
      const metrics = await (await fetch(`${url.url}/metrics`)).text()
      return metrics.includes('projection_engine_active{service="projections"} 1') ? metrics : undefined
    })
    expect(text).to.match(/projection_lag_seconds\{projection="orders",service="projections"\} \d/)
  })

  it('says which checkpoint can not be read and what mends it, goes on with the other tables, and is mended by that', async () => {
    const { children, pool, startProcess, tool, order, caughtUp, summary } = shop
    const { child, url } = await startProcess()
    const bad = '18446744073709551615-18446744073709551615'
    const remedy = `its checkpoint holds '${bad}', which is no place in a log; it stands still until it is built anew: npm run projections -- rebuild orders`
    const readiness = async () =>
      (await fetch(`${url}/health/ready`)).json() as Promise<{ reasons?: { name: string; reason: string }[] }>
    // This one is the active one, so that it is the one to say so.
    for (const other of children) if (other !== child) other.kill('SIGTERM')
    await until('it is active', async () =>
      (await (await fetch(`${url}/metrics`)).text()).includes('projection_engine_active{service="projections"} 1')
        ? true
        : undefined,
    )
    await pool.query("update projection_checkpoints set position = $1 where name = 'orders'", [bad])
    const { reasons } = await until('it says so', async () => {
      const found = await readiness()
      return found.reasons === undefined ? undefined : found
    })
    expect(reasons).to.deep.equal([{ name: 'read tables', reason: `orders: ${remedy}` }])
    const listed = await tool('list')
    expect([listed.code, listed.output.includes(`orders: ${remedy}\n`)]).to.deep.equal([0, true])

    await order(60)
    // The others go on.
    await caughtUp(projectionNames.filter((name) => name !== 'orders'))
    expect(await summary()).to.deep.equal({ orders: '60', timeline: '427', reserved: '122', products: '1' })

    const command = /npm run projections -- (.*)$/.exec(remedy)?.[1]?.split(' ') ?? []
    const mended = await tool(...command)
    expect([mended.code, mended.errors]).to.deep.equal([0, ''])
    await until('it is ready', async () => ((await fetch(`${url}/health/ready`)).ok ? true : undefined))
    await order(61)
    await caughtUp()
    expect(await summary()).to.deep.equal({ orders: '62', timeline: '434', reserved: '124', products: '1' })
    expect(child.exitCode).to.equal(null)
  })
})
