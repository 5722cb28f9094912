import { expect } from 'chai'
import { startMailCatcher, type RunningMailCatcher } from '../../embedded/mail-catcher/server.ts'
import { mailSources } from './mail-source.ts'
import { smtpMail, type SmtpMailSender } from './smtp-mail.ts'

const mail = { messageId: 'id', subject: 'Hello', text: 'Grüße\n' }
const sourceOf = mailSources('shop@example.org', 'shop.example.org')

describe('mail to an address of another script', () => {
  let catcher: RunningMailCatcher
  let sender: SmtpMailSender
  before(async () => {
    catcher = await startMailCatcher({ smtpPort: 0, httpPort: 0, limit: 3 })
    sender = smtpMail({ url: catcher.smtpUrl, from: 'shop@example.org', messageIdHost: 'shop.example.org' })
  })
  after(async () => {
    sender.close()
    await catcher.stop()
  })

  for (const [address, envelope] of [
    // What every server understands.
    ['info@müller-shop.example', 'info@xn--mller-shop-9db.example'],
    // What needs one that knows SMTPUTF8 on the way, which is asked whether it does: the name is not to be changed.
    ['jörg@example.com', 'jörg@example.com'],
    ['山田@例え.テスト', '山田@例え.テスト'],
  ] as const) {
    it(`goes to ${envelope} where it is to go to ${address}`, async () => {
      const { providerMessageId } = await sender.send(
        { ...mail, messageId: `to ${address}`, to: address },
        new AbortController().signal,
      )
      const { items } = (await (await fetch(`${catcher.url}/v1/mails`)).json()) as {
        readonly items: readonly { readonly messageId: string; readonly to: readonly string[]; readonly text: string }[]
      }
      const found = items.filter(({ messageId }) => messageId === providerMessageId)
      // The catcher shows the domain by its letters again.
      expect(found.map(({ to, text }) => ({ to, text }))).to.deep.equal([{ to: [address], text: 'Grüße\n' }])
      expect(sourceOf({ ...mail, to: address }, new Date(0)).envelope.to).to.deep.equal([envelope])
    })
  }
})
