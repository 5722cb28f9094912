import { expect } from 'chai'
import { refusingPort, serverThat, silentServer } from '../../test/support/broken-servers.ts'
import { rejection } from '../../test/support/rejection.ts'
import { until } from '../../test/support/until.ts'
import { startMailCatcher } from '../../embedded/mail-catcher/server.ts'
import type { RunningMailCatcher } from '../../embedded/mail-catcher/server.ts'
import { MailRefused, OutcomeUnknown, ProviderUnavailable } from './mail.ts'
import { smtpMail } from './smtp-mail.ts'
import type { BreakerState } from '../../infrastructure/outside/circuit-breaker.ts'
import type { SmtpMailSender, SmtpOptions } from './smtp-mail.ts'

const never = new AbortController().signal
const mail = {
  messageId: 'confirmed:0f1e:email',
  to: 'alice@example.org',
  subject: 'Ihre Bestellung — schön',
  text: 'Grüße,\n.\nthe shop\n',
}

const at = ({ port }: { readonly port: number }) => `smtp://127.0.0.1:${port}`
/** Greets, then does this with each line that it is told. */
const mailServerThat = (
  hear: (line: string, say: (text: string) => void) => void,
  greeted: () => void = () => undefined,
) =>
  serverThat((socket) => {
    greeted()
    socket.write('220 hello\r\n')
    socket.on('data', (line) => {
      hear(line.toString(), (text) => socket.write(`${text}\r\n`))
    })
  })

describe('mail over SMTP', () => {
  let catcher: RunningMailCatcher

  let senders: SmtpMailSender[] = []

  const sender = (url = catcher.smtpUrl, timeLimitMs = 5_000, more: Partial<SmtpOptions> = {}) => {
    const made = smtpMail({ url, from: 'shop@example.org', messageIdHost: 'shop.example.org', timeLimitMs, ...more })
    senders.push(made)
    return made
  }
  const mails = async (query = '') => {
    const { items } = (await (await fetch(`${catcher.url}/v1/mails${query}`)).json()) as {
      items: Record<string, unknown>[]
    }
    return items
  }
  const fault = async (kind: string) => {
    const { status } = await fetch(`${catcher.url}/test/faults`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ kind }),
    })
    expect(status).to.equal(204)
  }

  before(async () => {
    catcher = await startMailCatcher({ smtpPort: 0, httpPort: 0, limit: 3 })
  })
  after(() => catcher.stop())
  afterEach(async () => {
    for (const made of senders) made.close()
    senders = []
    await fetch(`${catcher.url}/v1/mails`, { method: 'DELETE' })
  })

  it('arrives as it was sent, under a Message-ID made from its key', async () => {
    const sent = await sender().send(mail, never)
    expect(sent).to.deep.equal({ providerMessageId: '<confirmed%3A0f1e%3Aemail@shop.example.org>' })
    const [caught] = await mails()
    expect(caught).to.deep.equal({
      number: caught?.['number'],
      receivedAt: caught?.['receivedAt'],
      messageId: sent.providerMessageId,
      from: 'shop@example.org',
      to: ['alice@example.org'],
      subject: mail.subject,
      text: mail.text,
    })
  })

  it('has the same Message-ID when it is sent again', async () => {
    expect(await sender().send(mail, never)).to.deep.equal(await sender().send(mail, never))
  })

  it('goes to one address, whatever that address looks like', async () => {
    expect(await rejection(sender().send({ ...mail, to: 'a@example.org, b@example.org' }, never))).to.be.instanceOf(
      MailRefused,
    )
    expect(
      await rejection(sender().send({ ...mail, to: 'a@example.org>\r\nRCPT TO:<b@example.org' }, never)),
    ).to.be.instanceOf(MailRefused)
    expect(await mails()).to.deep.equal([])
  })

  it('has no second header in its subject', async () => {
    await sender().send({ ...mail, subject: 'one\r\nBcc: b@example.org' }, never)
    expect((await mails()).map(({ to, subject }) => ({ to, subject }))).to.deep.equal([
      { to: ['alice@example.org'], subject: 'one Bcc: b@example.org' },
    ])
  })

  it('is refused for good, or for now', async () => {
    await fault('permanent')
    expect(await rejection(sender().send(mail, never))).to.be.instanceOf(MailRefused)
    await fault('temporary')
    expect(await rejection(sender().send(mail, never))).to.be.instanceOf(ProviderUnavailable)
    expect(await mails()).to.deep.equal([])
  })

  it("says why without the customer's address, which servers like to repeat", async () => {
    const rude = await mailServerThat((line, say) => {
      say(/^(EHLO|MAIL)/.test(line) ? '250 ok' : `450 4.2.0 <${mail.to}>: come again later`)
    })
    const error = await rejection(sender(at(rude)).send(mail, never))
    await rude.close()
    expect(error).to.be.instanceOf(ProviderUnavailable)
    expect((error as Error).message).to.equal('the mail server: 450')
  })

  it('may have been sent when the server takes it and hangs up', async () => {
    await fault('lost')
    expect(await rejection(sender().send(mail, never))).to.be.instanceOf(OutcomeUnknown)
    expect((await mails()).length).to.equal(1)
  })

  it('may have been sent when the server does not answer in time, or the caller calls it off', async () => {
    await fault('hang')
    expect(await rejection(sender(catcher.smtpUrl, 1_200).send(mail, never))).to.be.instanceOf(OutcomeUnknown)
    await fault('hang')
    expect(await rejection(sender().send(mail, AbortSignal.timeout(600)))).to.be.instanceOf(OutcomeUnknown)
  })

  it('is not sent when nobody listens, or when it was called off before', async () => {
    const nobody = at({ port: await refusingPort() })
    expect(await rejection(sender(nobody).send(mail, never))).to.be.instanceOf(ProviderUnavailable)
    expect(await rejection(sender().send(mail, AbortSignal.abort()))).to.be.instanceOf(ProviderUnavailable)
  })

  it('gives up on a server that does not even greet', async () => {
    const silent = await silentServer()
    const error = await rejection(sender(at(silent), 600).send(mail, never))
    await silent.close()
    expect(error).to.be.instanceOf(ProviderUnavailable)
  })

  it('is not sent for a while after several that a server took and hung on, and then tried singly', async () => {
    let connections = 0
    const hanging = await mailServerThat(
      () => undefined,
      () => (connections += 1),
    )
    const states: BreakerState[] = []
    const shared = sender(at(hanging), 200, {
      breakerPauseMs: 100,
      onBreaker: (state) => {
        states.push(state)
      },
    })
    const errors = await Promise.all(Array.from({ length: 5 }, () => rejection(shared.send(mail, never))))
    for (const error of errors) expect(error).to.be.instanceOf(OutcomeUnknown)
    expect(shared.breaker()).to.equal('open')
    const before = connections
    expect(await rejection(shared.send(mail, never))).to.be.instanceOf(ProviderUnavailable)
    expect(connections).to.equal(before)

    const state = () => (shared.breaker() === 'half_open' ? true : undefined)
    await until('one may try', state, { everyMs: 10 })
    const tried = await Promise.all([rejection(shared.send(mail, never)), rejection(shared.send(mail, never))])
    expect(tried.map((error) => error instanceof ProviderUnavailable)).to.deep.equal([false, true])
    await hanging.close()
    expect(states).to.deep.equal(['open', 'half_open', 'open'])
  })

  it('is sent all the same after several that were refused for their addresses, or called off', async () => {
    const choosy = await mailServerThat((line, say) => {
      if (/^RCPT/.test(line)) say('450 4.2.0 come again later')
      else if (/^(EHLO|MAIL|RSET)/.test(line)) say('250 ok')
    })
    const shared = sender(at(choosy))
    for (let count = 0; count < 6; count += 1)
      expect(await rejection(shared.send(mail, never))).to.be.instanceOf(ProviderUnavailable)
    expect(shared.breaker()).to.equal('closed')
    shared.close()
    await choosy.close()

    const other = sender()
    for (let count = 0; count < 5; count += 1) await fault('hang')
    const calledOff = Array.from({ length: 5 }, () => rejection(other.send(mail, AbortSignal.timeout(300))))
    for (const error of await Promise.all(calledOff)) expect(error).to.be.instanceOf(OutcomeUnknown)
    expect(other.breaker()).to.equal('closed')
  })

  it('goes out after the server was away, on a new connection', async () => {
    const first = await startMailCatcher({ smtpPort: 0, httpPort: 0 })
    const shared = sender(first.smtpUrl)
    await shared.send(mail, never)
    await first.stop()
    expect(await rejection(shared.send(mail, never))).to.be.instanceOf(ProviderUnavailable)
    const second = await startMailCatcher({ smtpPort: Number(new URL(first.smtpUrl).port), httpPort: 0 })
    expect((await shared.send(mail, never)).providerMessageId).to.include('@shop.example.org')
    await second.stop()
  })

  it('is listed newest first, by address, the last ones only; and shown as a page', async () => {
    for (const number of [1, 2, 3, 4]) {
      await sender().send(
        { ...mail, subject: `<b>${number}`, to: number % 2 === 0 ? 'even@example.org' : 'Odd@example.org' },
        never,
      )
    }
    expect((await mails()).map(({ subject }) => subject)).to.deep.equal(['<b>4', '<b>3', '<b>2'])
    expect((await mails('?to=even@example.org')).map(({ subject }) => subject)).to.deep.equal(['<b>4', '<b>2'])
    expect((await mails('?to=ODD@example.org')).map(({ subject }) => subject)).to.deep.equal(['<b>3'])
    expect(await (await fetch(catcher.url)).text())
      .to.include('<h2>&lt;b&gt;4</h2>')
      .and.not.include('<b>')
  })
})
