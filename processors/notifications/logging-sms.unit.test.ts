import { expect } from 'chai'
import sinon from 'sinon'
import { loggingSms } from './logging-sms.ts'
import type { Sms } from './sms.ts'

const sms: Sms = { messageId: 'key', to: '+491700000000', text: 'On its way' }

describe('SMS that are only logged', () => {
  it('are handed over, and have an id of the intent', async () => {
    const log = sinon.spy()
    expect(await loggingSms(log).send(sms, new AbortController().signal)).to.deep.equal({
      providerMessageId: 'log-key',
    })
    expect(log.args).to.deep.equal([[sms]])
  })

  it('are not handed over when they were called off', async () => {
    const log = sinon.spy()
    let thrown: unknown
    await loggingSms(log)
      .send(sms, AbortSignal.abort())
      .catch((error: unknown) => {
        thrown = error
      })
    expect(thrown).to.be.instanceOf(Error)
    expect(log.args).to.deep.equal([])
  })
})
