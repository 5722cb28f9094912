import { expect } from 'chai'
import { shopStartLimitMs, startRunningShop, type RunningShop } from '../end-to-end/running-shop.ts'
import { until } from '../support/until.ts'
import { storeAddress } from '../../infrastructure/event-store/event-store-url.ts'
import { asked } from './dashboard-files.ts'
import { ofRealServersAlone } from './event-store-series.ts'
import { seriesIn } from './expression.ts'
import { hasProgram, told } from './prometheus-tools.ts'
import { processNames, type ProcessName } from './registries.ts'
import { alertRules, rules } from './rule-files.ts'
import { startPrometheus, type RunningPrometheus } from './running-prometheus.ts'
import { scrape, urlsByProcess } from './scraped.ts'

/** What Grafana makes of it at this pace of asking. */
const intervalInGrafana = '10s'

describe('the shop as Prometheus sees it', () => {
  let running: RunningShop
  let urls: Readonly<Record<ProcessName, string>>
  let prometheus: RunningPrometheus | undefined

  before(async function () {
    this.timeout(shopStartLimitMs)
    if (!hasProgram(this, 'prometheus')) return
    running = await startRunningShop()
    urls = urlsByProcess(running.shop.urls)
    const [store] = storeAddress(running.shop.eventStoreUrl).hosts
    prometheus = await startPrometheus({ ...urls, eventstore: `http://${store?.address}:${store?.port}` })
  })
  after(async () => {
    await prometheus?.stop()
    await running?.stop()
  })

  it('has names and units by the conventions of Prometheus, with values too', async () => {
    for (const name of processNames) {
      const { text } = await scrape(name, urls[name])
      expect(told('promtool', ['check', 'metrics'], text)).to.deep.equal({ code: 0, output: '' })
    }
  })

  const count = (expression: string): Promise<number> =>
    prometheus?.count(expression) ?? Promise.reject(new Error('there is no Prometheus'))

  /** Waits until each of them yields something; if not, says which do not. */
  const untilAllYield = async (expressions: readonly string[]): Promise<void> => {
    let lacking = expressions
    await until('each of them yields something', async () => {
      const counts = await Promise.all(lacking.map(count))
      lacking = lacking.filter((_, index) => counts[index] === 0)
      if (lacking.length > 0) throw new Error(lacking.join('\n'))
      return true
    })
  }

  /** The embedded event store has no disk, no queue and no writer to tell of: these are tried in event-store-series.unit.test.ts. */
  const isToldHere = ({ expr }: { readonly expr: string }) =>
    !seriesIn(expr).some((name) => ofRealServersAlone.has(name))

  it('yields something for every expression of every panel', async () => {
    const here = asked.filter(isToldHere)
    await untilAllYield(here.map(({ expr }) => expr.replaceAll('$__rate_interval', intervalInGrafana)))
  })

  it('records every rule, understands every alert, and fires none that wakes somebody', async () => {
    await untilAllYield(rules.flatMap((rule) => ('record' in rule ? [rule.record] : [])))
    for (const { expr } of alertRules) expect(await count(expr)).to.be.a('number')
    expect(await count('ALERTS{alertstate="firing",severity="page"}')).to.equal(0)
  })
})
