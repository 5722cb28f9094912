import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { parse } from 'yaml'
import { serviceNames } from '../../processors/services.ts'
import { root } from '../architecture/source-files.ts'
import { seriesIn } from './expression.ts'
import { knownSeries } from './known-series.ts'
import { prometheusRule, prometheusRuleFile } from './prometheus-rule.ts'
import { hasProgram, told } from './prometheus-tools.ts'
import { processNames } from './registries.ts'
import { alertRules, caseFiles, cases, prometheusFile, ruleFiles, rules, scrapedJobs } from './rule-files.ts'

const runbook = 'docs/operations/alerts.md'

describe('the rules of Prometheus', function () {
  this.timeout(120_000)

  it('can be read by Prometheus, and so can its configuration', function () {
    if (!hasProgram(this, 'promtool')) return
    for (const words of [
      ['check', 'rules', '--lint=all', ...ruleFiles],
      ['check', 'config', prometheusFile],
    ]) {
      const { code, output } = told('promtool', words)
      expect(code, output).to.equal(0)
    }
  })

  it('go to an Alertmanager whose configuration can be read', function () {
    if (!hasProgram(this, 'amtool')) return
    const { code, output } = told('amtool', ['check-config', join(root, 'deploy/alertmanager/alertmanager.yml')])
    expect(code, output).to.equal(0)
  })

  it('fire when they have to, and not otherwise', function () {
    if (!hasProgram(this, 'promtool')) return
    const { code, output } = told('promtool', ['test', 'rules', ...caseFiles])
    expect(code, output).to.equal(0)
  })

  it('have a case each in which the alert fires, and one in which it does not', () => {
    for (const { alert } of alertRules)
      for (const fires of [true, false])
        expect(
          cases.filter((one) => one.expr.includes(`alertname="${alert}"`) && one.fires === fires),
          `${alert}: ${fires}`,
        ).to.have.length.at.least(1)
  })

  it('ask for nothing but what there is', () => {
    const known = knownSeries()
    for (const { expr } of rules)
      expect(
        seriesIn(expr).filter((name) => !known.has(name)),
        expr,
      ).to.deep.equal([])
  })

  it('look for every process by the name by which Prometheus asks it, and for every service', () => {
    for (const name of processNames) expect(scrapedJobs).to.include(name)
    const expressionOf = (name: string) => alertRules.find(({ alert }) => alert === name)?.expr ?? ''
    // Nobody's order waits for an operator's page: it wakes nobody.
    expect(expressionOf('ConsoleIsDown')).to.include('up{job="console"}')
    for (const name of processNames.filter((one) => one !== 'console')) {
      expect(expressionOf('ProcessIsMissing')).to.include(`absent(up{job="${name}"})`)
      expect(expressionOf('ProcessIsDown')).to.match(new RegExp(`[|"]${name}[|"]`))
    }
    for (const group of serviceNames)
      expect(expressionOf('GroupHasNoConsumer')).to.include(`absent(group_in_flight{group="${group}"})`)
  })

  it('are those that the operator of Prometheus is given, as `npm run rules:kubernetes` writes them', () => {
    expect(parse(readFileSync(prometheusRuleFile, 'utf8'))).to.deep.equal(prometheusRule())
  })

  it('have a name each of their own, and a section of the runbook, which has no others', () => {
    const names = alertRules.map(({ alert }) => alert)
    expect(names).to.deep.equal([...new Set(names)])
    const [, ...sections] = readFileSync(join(root, runbook), 'utf8').split('\n## ')
    const found = sections.map((section) => section.slice(0, section.indexOf('\n')))
    expect(found.filter((title) => title !== 'The objectives').sort()).to.deep.equal([...names].sort())
    for (const { alert, labels, annotations } of alertRules) {
      expect(annotations.runbook_url).to.equal(`${runbook}#${alert.toLowerCase()}`)
      const section = sections.find((text) => text.startsWith(`${alert}\n`)) ?? ''
      expect(section, alert).to.match(
        new RegExp(
          `^${alert}\n\n\`${labels.severity}\`\n\n\\*\\*What it means\\*\\*: .+\n\n\\*\\*How to see it\\*\\*: .+\n\n\\*\\*What to do\\*\\*: .+\n$`,
        ),
      )
    }
  })
})
