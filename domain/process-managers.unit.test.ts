import { expect } from 'chai'
import { processManagers } from './process-managers.ts'
import { shopEvents } from './registry.ts'

describe('the process managers', () => {
  it('are four, each with a group of its own', () => {
    expect(processManagers.map(({ group }) => group)).to.deep.equal(['order', 'inventory', 'payment', 'notification'])
  })

  it('look at nothing that is not in the registry', () => {
    const looked = processManagers.flatMap(({ on }) => Object.keys(on))
    expect(looked.filter((type) => !(type in shopEvents))).to.deep.equal([])
  })
})
