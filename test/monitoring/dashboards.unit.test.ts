import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { parse } from 'yaml'
import { z } from 'zod'
import { root } from '../architecture/source-files.ts'
import { asked, dashboards } from './dashboard-files.ts'
import { seriesIn } from './expression.ts'
import { knownSeries } from './known-series.ts'
import { metricsOf } from './page.ts'
import { processNames } from './registries.ts'
import { rules } from './rule-files.ts'

const sources = z
  .looseObject({ datasources: z.array(z.looseObject({ uid: z.string() })) })
  .parse(parse(readFileSync(join(root, 'deploy/grafana/provisioning/datasources/stores.yml'), 'utf8')))

describe('the dashboards', () => {
  it('are there for the business, the services, the projections, the stores and the processes', () => {
    expect(dashboards.map(({ title }) => title).sort()).to.deep.equal([
      'Overview',
      'Processes',
      'Projections',
      'Services',
      'Stores',
    ])
    for (const { file, uid } of dashboards) expect(uid).to.equal(`shop-${file.replace('.json', '')}`)
  })

  it('ask for nothing but what there is', () => {
    const known = knownSeries()
    for (const { where, expr } of asked)
      expect(
        seriesIn(expr).filter((name) => !known.has(name)),
        where,
      ).to.deep.equal([])
  })

  it('ask the data source that is provisioned', () => {
    for (const { panels } of dashboards)
      for (const { type, title, datasource, targets } of panels) {
        if (type === 'row') continue
        expect(targets, title).not.to.deep.equal([])
        expect(sources.datasources.map(({ uid }) => uid)).to.include(datasource?.uid)
      }
  })

  it('lay no panel over another', () => {
    for (const { title, panels } of dashboards) {
      expect(new Set(panels.map(({ id }) => id)).size).to.equal(panels.length)
      const taken = new Set<string>()
      for (const { gridPos } of panels)
        for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1)
          for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
            expect(x, title).to.be.below(24)
            expect(taken.has(`${x} ${y}`), `${title} ${x} ${y}`).to.equal(false)
            taken.add(`${x} ${y}`)
          }
    }
  })

  it('show, with the rules, every metric of the shop: one that nobody looks at is not worth counting', () => {
    const looked = new Set([...asked, ...rules].flatMap(({ expr }) => seriesIn(expr)))
    const ours = processNames.flatMap((name) => metricsOf(name)).filter(({ name }) => !/^(nodejs|process)_/.test(name))
    const unseen = ours.filter(({ name }) => !['', '_bucket', '_count', '_sum'].some((end) => looked.has(name + end)))
    expect([...new Set(unseen.map(({ name }) => name))]).to.deep.equal([])
  })
})
