import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { createRegistry } from './metrics.ts'

describe("a process's metrics", () => {
  it('say how busy and how late the event loop is', async () => {
    const registry = createRegistry({ service: 'test', processMetrics: true })
    const told = (await registry.getMetricsAsJSON()).filter(({ name }) => name.startsWith('nodejs_eventloop'))
    expect(told.map(({ name }) => name)).to.have.members([
      'nodejs_eventloop_lag_seconds',
      'nodejs_eventloop_lag_max_seconds',
      'nodejs_eventloop_utilization_ratio',
    ])
    for (const { name, values } of told.filter(({ name: metric }) => metric !== 'nodejs_eventloop_lag_seconds')) {
      expect(
        values.map(({ value }) => value).every((value) => value >= 0 && value <= 1),
        name,
      ).to.equal(true)
    }
  })

  it('say which version runs, as package.json has it', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string
    }
    const text = await createRegistry({ service: 'test', processMetrics: true }).getSingleMetricAsString('build_info')
    expect(text).to.match(new RegExp(`^build_info\\{version="${version}"[^}]*\\} 1$`, 'm'))
  })

  it('are those of the process alone that asks for them', async () => {
    expect(await createRegistry({ service: 'test' }).getMetricsAsJSON()).to.deep.equal([])
  })
})
