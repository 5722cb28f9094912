import { expect } from 'chai'
import { asciiOnly, persistentSubscriptionDoesNotExist, streamDeleted } from './errors.ts'

describe('error trailers (2.6)', () => {
  it('survive names that are not ASCII', () => {
    expect(streamDeleted('straße-1\n').metadata.getMap()).to.deep.equal({
      exception: 'stream-deleted',
      'stream-name': 'stra%C3%9Fe-1%0A',
    })
    expect(asciiOnly('plain-1 ~')).to.equal('plain-1 ~')
    expect(['  a b ', ' ', '\n x'].map(asciiOnly)).to.deep.equal(['%20%20a b%20', '%20', '%0A x'])
  })

  it('leave the group out where a list is missing', () => {
    const error = persistentSubscriptionDoesNotExist('s', undefined)
    expect(error.metadata.getMap()).to.deep.equal({
      exception: 'persistent-subscription-does-not-exist',
      'stream-name': 's',
    })
    expect(error.details).to.equal('Subscription group  on stream s does not exist.')
  })
})
