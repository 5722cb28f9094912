import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { CHAPTERS } from './suite/chapters.ts'
import { loadChapters } from './suite/load-chapters.ts'
import { declaredRules, titleOf } from './suite/rule.ts'
import { ruleTable } from './suite/rule-table.ts'
import { isOlder } from './suite/server-version.ts'

const [begin, end] = ['<!-- rules: npm run conformance -- --list -->', '<!-- end of rules -->']

describe('the conformance suite', () => {
  before(async function () {
    this.timeout(30_000)
    await loadChapters()
  })

  it('is documented rule by rule, with what each has been seen on', () => {
    const text = readFileSync(join(import.meta.dirname, '..', 'docs', 'conformance.md'), 'utf8')
    expect(text.slice(text.indexOf(begin) + begin.length, text.indexOf(end)).trim()).to.equal(ruleTable().trim())
  })

  it('has rules in every chapter, and chapters for every rule', () => {
    expect([...new Set(declaredRules().map(({ section }) => section))].sort()).to.deep.equal(
      [...CHAPTERS.keys()].sort(),
    )
  })

  it('gives every rule of a chapter a title of its own', () => {
    const titles = declaredRules().map((rule) => `${rule.section} ${titleOf(rule)}`)
    expect(titles.filter((title, index) => titles.indexOf(title) !== index)).to.deep.equal([])
  })

  it('says what differs on a real server, or why a rule is not to be asked of one', () => {
    const reasons = declaredRules().flatMap(({ seen }) => (typeof seen === 'string' ? [] : Object.values(seen)))
    expect(reasons.filter((reason) => reason.trim().length < 5)).to.deep.equal([])
    expect(reasons).not.to.deep.equal([])
  })

  it('compares versions by their numbers', () => {
    expect(
      [
        ['24.2.0', '24.10.0'],
        ['24.10.0', '24.10.0'],
        ['24.10.4', '24.10.0'],
        ['25.0.0', '24.10.8'],
        ['24.6.0', '24.10.0'],
      ].map(([one, other]) => isOlder(one!, other!)),
    ).to.deep.equal([true, false, false, false, true])
  })
})
