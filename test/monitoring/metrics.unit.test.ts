import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { hasProgram, told } from './prometheus-tools.ts'
import { metricsOf, metricsPage, pageFile } from './page.ts'
import { processNames, registryOf } from './registries.ts'

describe('the metrics of every process', () => {
  it('are on their page, as `npm run metrics:page` writes it', () => {
    expect(readFileSync(pageFile, 'utf8')).to.equal(metricsPage())
  })

  for (const name of processNames)
    it(`have names and units by the conventions of Prometheus: ${name}`, async function () {
      if (!hasProgram(this, 'promtool')) return
      expect(told('promtool', ['check', 'metrics'], await registryOf(name).metrics())).to.deep.equal({
        code: 0,
        output: '',
      })
    })

  it('have no label with an id', () => {
    for (const name of processNames)
      for (const { name: metric, labels } of metricsOf(name))
        expect(
          labels.filter((label) => /id$/i.test(label)),
          metric,
        ).to.deep.equal([])
  })
})
