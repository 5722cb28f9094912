import { expect } from 'chai'
import { startTwilio } from '../../test/processors/twilio-stand-in.ts'
import type { BreakerState } from '../../infrastructure/outside/circuit-breaker.ts'
import { OutcomeUnknown, ProviderUnavailable } from '../../infrastructure/outside/errors.ts'
import { SmsRefused, type Sms } from './sms.ts'
import { twilioSms, type TwilioOptions, type TwilioSmsSender } from './twilio-sms.ts'

const account = { accountSid: 'AC0123456789abcdef0123456789abcdef', authToken: 'secret' }
const from = '+15005550006'
const never = new AbortController().signal
const sms: Sms = {
  messageId: '3f2a91bc-0000-5000-8000-000000000000',
  to: '+491700000000',
  text: 'On its way — für Sie',
}
const again: Sms = { ...sms, mayHaveBeenSent: true }
const body = 'On its way — für Sie Ref. 3F2A91BC'

describe('SMS by Twilio', () => {
  let twilio: Awaited<ReturnType<typeof startTwilio>>
  let senders: TwilioSmsSender[] = []
  beforeEach(async () => {
    twilio = await startTwilio(account)
  })
  afterEach(async () => {
    for (const sender of senders.splice(0)) sender.close()
    senders = []
    await twilio.stop()
  })

  const sender = (more: Partial<TwilioOptions> = {}) => {
    const made = twilioSms({ url: twilio.url, ...account, from, timeLimitMs: 5_000, ...more })
    senders.push(made)
    return made
  }
  const failure = (sending: Promise<unknown>): Promise<unknown> =>
    sending.then(
      () => expect.fail('it was sent'),
      (error: unknown) => error,
    )

  it('is asked for in a form, and says its own reference', async () => {
    const sent = await sender().send(sms, never)
    expect(sent).to.deep.equal({ providerMessageId: twilio.messages[0]?.sid })
    expect(twilio.forms).to.deep.equal([{ To: sms.to, From: from, Body: body }])
    expect(twilio.calls).to.deep.equal(['POST'])
  })

  it('is sent by a messaging service where one is named', async () => {
    const service = `MG${'0'.repeat(32)}`
    await sender({ from: service }).send(sms, never)
    expect(twilio.forms).to.deep.equal([{ To: sms.to, MessagingServiceSid: service, Body: body }])
  })

  for (const trouble of ['lost', 'broken', 'hang'] as const) {
    it(`may have been sent when the answer is ${trouble}: it is looked for, and not sent a second time`, async () => {
      const patient = sender({ timeLimitMs: trouble === 'hang' ? 300 : 5_000 })
      twilio.troubles.push(trouble)
      expect(await failure(patient.send(sms, never))).to.be.instanceOf(OutcomeUnknown)
      expect(await patient.send(again, never)).to.deep.equal({ providerMessageId: twilio.messages[0]?.sid })
      expect(twilio.messages).to.have.length(1)
      expect(twilio.calls).to.deep.equal(['POST', 'GET'])
    })
  }

  it('is sent when it is looked for and not there, whatever else was sent to that number', async () => {
    await sender().send({ ...sms, messageId: 'ffffffff-0000-5000-8000-000000000000' }, never)
    await sender().send(again, never)
    expect(twilio.messages.map(({ body: text }) => text)).to.deep.equal([body, body.replace('3F2A91BC', 'FFFFFFFF')])
  })

  it('is not sent by whoever cannot look', async () => {
    for (const trouble of [{ status: 500 }, { status: 429 }, { status: 404, code: 20404 }, 'lost', 'broken'] as const) {
      twilio.troubles.push(trouble)
      const error = await failure(sender().send(again, never))
      expect(error instanceof OutcomeUnknown || error instanceof ProviderUnavailable).to.equal(true)
    }
    expect(twilio.messages).to.deep.equal([])
  })

  it('has failed when it is looked for and was not delivered', async () => {
    await sender().send(sms, never)
    const [message] = twilio.messages
    if (message !== undefined) [message.status, message.error_code] = ['undelivered', 30003]
    expect(await failure(sender().send(again, never)))
      .to.be.instanceOf(SmsRefused)
      .and.to.include({
        reason: 'not_delivered: 30003',
      })
  })

  it('is refused for good for what is about the number', async () => {
    for (const code of [21211, 21610, 21614, 21999]) {
      twilio.troubles.push({ status: 400, code })
      const error = await failure(sender().send(sms, never))
      expect(error)
        .to.be.instanceOf(SmsRefused)
        .and.to.include({ reason: `refused: ${code}` })
      expect((error as Error).message).to.equal(`the SMS provider answered 400: ${code}`)
    }
  })

  it('waits for what is about us, or about now', async () => {
    for (const trouble of [
      { status: 400, code: 21606 },
      { status: 400, code: 20001 },
      { status: 404, code: 20404 },
      { status: 409, code: 21999 },
      { status: 403, code: 20003 },
      { status: 429, code: 20429 },
    ]) {
      twilio.troubles.push(trouble)
      expect(await failure(sender().send(sms, never))).to.be.instanceOf(ProviderUnavailable)
    }
    expect(await failure(sender({ authToken: 'wrong' }).send(sms, never))).to.be.instanceOf(ProviderUnavailable)
    twilio.troubles.push({ status: 503 })
    expect(await failure(sender().send(sms, never))).to.be.instanceOf(OutcomeUnknown)
  })

  it('is not sent when nobody listens, or when it was called off before', async () => {
    expect(await failure(sender().send(sms, AbortSignal.abort()))).to.be.instanceOf(ProviderUnavailable)
    const shared = sender()
    await twilio.stop()
    expect(await failure(shared.send(sms, never))).to.be.instanceOf(ProviderUnavailable)
    expect(twilio.messages).to.deep.equal([])
    twilio = await startTwilio(account)
  })

  it('is not sent for a while after several that went wrong', async () => {
    const states: BreakerState[] = []
    const shared = sender({ onBreaker: (state) => void states.push(state) })
    twilio.troubles.push(...Array.from({ length: 5 }, () => ({ status: 503 })))
    for (let count = 0; count < 5; count += 1) await failure(shared.send(sms, never))
    expect(await failure(shared.send(sms, never))).to.be.instanceOf(ProviderUnavailable)
    expect(states).to.deep.equal(['open'])
    expect(twilio.calls).to.have.length(5)
  })
})
