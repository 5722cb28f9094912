import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { stringify } from 'yaml'
import { asked } from './dashboard-files.ts'
import { eventStoreNames, eventStoreSeries, ofRealServersAlone } from './event-store-series.ts'
import { seriesIn } from './expression.ts'
import { hasProgram, told } from './prometheus-tools.ts'
import { rules } from './rule-files.ts'

const asksForIt = ({ expr }: { readonly expr: string }) => seriesIn(expr).some((name) => name.startsWith('eventstore_'))

describe('what EventStoreDB tells of itself', function () {
  this.timeout(60_000)

  it('is asked for by panels and by rules, and nothing is named here that nobody asks for', () => {
    const looked = new Set([...asked, ...rules].flatMap(({ expr }) => seriesIn(expr)))
    expect(eventStoreNames.filter((name) => !looked.has(name))).to.deep.equal([])
    expect(asked.filter(asksForIt)).not.to.deep.equal([])
    expect(rules.filter(asksForIt)).not.to.deep.equal([])
    expect(ofRealServersAlone.size).to.be.above(0)
  })

  it('yields something for every panel that asks for it', function () {
    if (!hasProgram(this, 'promtool')) return
    const labelled = eventStoreNames.map((name) => {
      const { labels } = eventStoreSeries[name]
      return {
        series: `${name}{job="eventstore",instance="es-0:2113"${labels === '' ? '' : `,${labels}`}}`,
        values: '100+1x20',
      }
    })
    // Of the two that are divided by each other.
    const total = labelled.flatMap(({ series, values }) =>
      series.includes('kind="used"') ? [{ series: series.replace('kind="used"', 'kind="total"'), values }] : [],
    )
    const folder = mkdtempSync(join(tmpdir(), 'panels-'))
    const file = join(folder, 'panels.yml')
    writeFileSync(
      file,
      stringify({
        rule_files: [],
        tests: [
          {
            interval: '1m',
            input_series: [...labelled, ...total],
            promql_expr_test: asked.filter(asksForIt).map(({ expr }) => ({
              expr: `count(${expr.replaceAll('$__rate_interval', '5m')}) > bool 0`,
              eval_time: '15m',
              exp_samples: [{ labels: '{}', value: 1 }],
            })),
          },
        ],
      }),
    )
    const { code, output } = told('promtool', ['test', 'rules', file])
    rmSync(folder, { recursive: true })
    expect(code, output).to.equal(0)
  })
})
