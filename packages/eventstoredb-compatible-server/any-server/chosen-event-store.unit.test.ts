import { expect } from 'chai'
import { chosenEventStore } from './chosen-event-store.ts'

describe('the event store that tests run on', () => {
  it('is the embedded one where nothing is said', () => {
    for (const environment of [{}, { EVENTSTORE_URL: '', EVENTSTORE_COMMAND: '' }])
      expect(chosenEventStore(environment)).to.deep.equal({ kind: 'embedded' })
  })

  it('is the one that runs at an address, or is started by a command', () => {
    expect(chosenEventStore({ EVENTSTORE_URL: 'esdb://host' })).to.deep.equal({ kind: 'running', url: 'esdb://host' })
    expect(chosenEventStore({ EVENTSTORE_COMMAND: 'server {port} {data}' })).to.deep.equal({
      kind: 'command',
      command: 'server {port} {data}',
    })
  })

  it('is not guessed where both are said', () => {
    expect(() => chosenEventStore({ EVENTSTORE_URL: 'esdb://host', EVENTSTORE_COMMAND: 'server' })).to.throw('both')
  })
})
