import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { MailRefused, ProviderUnavailable } from './mail.ts'
import { smtpMail } from './smtp-mail.ts'

const never = new AbortController().signal
const mail = { messageId: 'key', to: 'alice@example.org', subject: 'Hello', text: 'Hello\n' }
const pem = (name: string) =>
  readFileSync(join(import.meta.dirname, '..', '..', 'test', 'event-store', `localhost.${name}.pem`), 'utf8')
const ca = pem('cert')
const certificate = { key: pem('key'), cert: ca }

type Got = { readonly secure: boolean; readonly user: unknown; readonly to: readonly string[] }

describe('mail over TLS', () => {
  const cleanups: (() => void)[] = []
  const got: Got[] = []
  afterEach(() => {
    for (const cleanup of cleanups.splice(0)) cleanup()
    got.splice(0)
  })

  /** A server that takes every mail, and the port it is at. */
  const serverWith = async (options: SMTPServerOptions): Promise<number> => {
    const server = new SMTPServer({
      ...certificate,
      authOptional: true,
      disableReverseLookup: true,
      onAuth: ({ username, password }, _session, answer) => {
        if (username === 'shop' && password === 'secret') answer(null, { user: username })
        else answer(new Error('who are you?'))
      },
      onData: (stream, { secure, user, envelope }, answer) => {
        stream.resume().once('end', () => {
          got.push({ secure, user, to: envelope.rcptTo.map(({ address }) => address) })
          answer(null)
        })
      },
      ...options,
    })
    server.on('error', () => {
      /* senders may hang up as they like */
    })
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    cleanups.push(() => {
      server.close()
    })
    return (server.server.address() as AddressInfo).port
  }
  const send = async (url: string, { trusted }: { readonly trusted?: string | undefined } = { trusted: ca }) => {
    const sender = smtpMail({
      url,
      ca: trusted,
      from: 'shop@example.org',
      messageIdHost: 'example.org',
      timeLimitMs: 5_000,
    })
    cleanups.push(() => {
      sender.close()
    })
    return sender.send(mail, never).then(
      () => undefined,
      (error: unknown) => error,
    )
  }

  it('is sent over STARTTLS where the server offers it', async () => {
    const port = await serverWith({})
    expect(await send(`smtp://localhost:${port}`)).to.equal(undefined)
    expect(got).to.deep.equal([{ secure: true, user: false, to: [mail.to] }])
  })

  it('is not sent to a server that does not offer STARTTLS where TLS is required', async () => {
    const port = await serverWith({ disabledCommands: ['STARTTLS'] })
    expect(await send(`smtp://localhost:${port}?requireTLS=true`)).to.be.instanceOf(ProviderUnavailable)
    expect(await send(`smtp://shop:secret@localhost:${port}`)).to.be.instanceOf(ProviderUnavailable)
    expect(got).to.deep.equal([])
    expect(await send(`smtp://localhost:${port}`)).to.equal(undefined)
    expect(got.map(({ secure }) => secure)).to.deep.equal([false])
  })

  it('is sent over TLS from the beginning, with user and password', async () => {
    const port = await serverWith({ secure: true, authOptional: false })
    expect(await send(`smtps://shop:secret@localhost:${port}`)).to.equal(undefined)
    expect(got).to.deep.equal([{ secure: true, user: 'shop', to: [mail.to] }])
  })

  it('waits, and is not refused, where the server does not know us or we do not know the server', async () => {
    const port = await serverWith({ authOptional: false })
    for (const error of [
      await send(`smtp://shop:wrong@localhost:${port}`),
      await send(`smtp://localhost:${port}`),
      await send(`smtp://shop:secret@localhost:${port}`, {}),
    ])
      expect(error).to.be.instanceOf(ProviderUnavailable)
    expect(got).to.deep.equal([])
  })

  for (const [what, options, reason] of [
    [
      'the address',
      { onRcptTo: (_to, _session, answer) => answer(refusal(550, '5.1.1 <alice@example.org>: nobody')) },
      'address_refused: 550 5.1.1',
    ],
    [
      'the message',
      { onData: (stream, _session, answer) => stream.resume().once('end', () => answer(refusal(554, 'spam'))) },
      'message_refused: 554',
    ],
  ] as const satisfies readonly (readonly [string, SMTPServerOptions, string])[]) {
    it(`is refused for ${what}, with a reason that repeats no address`, async () => {
      const error = await send(`smtp://localhost:${await serverWith(options)}`)
      expect(error).to.be.instanceOf(MailRefused).and.to.include({ reason })
    })
  }

  it('waits where the sender is refused, or the address for now', async () => {
    for (const options of [
      { onMailFrom: (_from, _session, answer) => answer(refusal(550, 'not you')) },
      { onRcptTo: (_to, _session, answer) => answer(refusal(452, 'mailbox full')) },
    ] as const satisfies readonly SMTPServerOptions[])
      expect(await send(`smtp://localhost:${await serverWith(options)}`)).to.be.instanceOf(ProviderUnavailable)
  })
})

const refusal = (responseCode: number, message: string) => Object.assign(new Error(message), { responseCode })
