import { expect } from 'chai'
import { fine, unknown, wrong } from './finding.ts'
import { exitCodeOf, findingsAsJson, findingsText } from './output.ts'

describe('what the doctor says', () => {
  const good = fine('Node', '24.21.0')
  const bad = wrong('group order', 'missing', 'Start the processors.')
  const notSeen = unknown('migrations', 'PostgreSQL does not answer')

  it('ends with 0 only when everything was seen and is fine', () => {
    expect([[good], [good, bad], [good, notSeen]].map(exitCodeOf)).to.deep.equal([0, 1, 1])
  })

  it('is the same as JSON', () => {
    expect(findingsAsJson([good, bad])).to.deep.equal({
      fine: false,
      findings: [
        { about: 'Node', state: 'fine', seen: '24.21.0', todo: null },
        { about: 'group order', state: 'wrong', seen: 'missing', todo: 'Start the processors.' },
      ],
    })
  })

  it('says to people what to do, after all that was seen', () => {
    const [table, todo] = findingsText([good, bad, notSeen]).split('What to do:\n')
    expect(table).to.include('24.21.0').and.include('missing').and.include('PostgreSQL does not answer')
    expect(todo).to.equal('group order: Start the processors.')
    expect(findingsText([good])).to.match(/Nothing is wrong\.$/)
  })
})
