import { expect } from 'chai'
import { silentLogger } from '../../infrastructure/observability/logger.ts'
import { readConfig } from '../../infrastructure/lifecycle/config.ts'
import { startTwilio } from '../../test/processors/twilio-stand-in.ts'
import { z } from 'zod'
import { notificationsConfig, wholeSmsProvider } from './config.ts'
import { openSenders } from './senders.ts'

const never = new AbortController().signal
const sms = { messageId: '3f2a91bc-0000-5000-8000-000000000000', to: '+491700000000', text: 'On its way' }
const account = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'secret' }
const configOf = (more: Readonly<Record<string, string>>) =>
  readConfig(z.object(notificationsConfig).check(wholeSmsProvider), {
    SMTP_URL: 'smtp://localhost:25',
    MAIL_FROM: 'shop@shop.example',
    OPERATOR_EMAIL: 'operators@shop.example',
    ...more,
  })

describe('what messages are sent by', () => {
  it('is the SMS provider that is configured, and by itself none', async () => {
    const twilio = await startTwilio(account)
    const settings = { timeLimitMs: 5_000, logger: silentLogger }
    const logging = await openSenders(configOf({}), settings)
    expect(await logging.sms.send(sms, never)).to.deep.equal({ providerMessageId: `log-${sms.messageId}` })
    const config = configOf({
      SMS_PROVIDER: 'twilio',
      SMS_FROM: 'Shop',
      TWILIO_ACCOUNT_SID: account.accountSid,
      TWILIO_AUTH_TOKEN: account.authToken,
      TWILIO_URL: `${twilio.url}/`,
    })
    const sending = await openSenders(config, settings)
    expect(await sending.sms.send(sms, never)).to.deep.equal({ providerMessageId: twilio.messages[0]?.sid })
    expect(twilio.messages).to.have.length(1)
    logging.close()
    sending.close()
    await twilio.stop()
  })
})
