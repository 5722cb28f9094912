import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { buffer } from 'node:stream/consumers'
import type { Mailbox } from './mailbox.ts'

export type SmtpFault = {
  /** temporary, permanent: a refusal with 451 or 550 · hang: no answer to the mail · lost: taken, and the connection closed before it is said */
  kind: 'temporary' | 'permanent' | 'hang' | 'lost'
  times: number
}

const refusals = { temporary: [451, 'try again later'], permanent: [550, 'no such mailbox'] } as const

/** An SMTP server that takes every mail and passes none on. `nextFault` says what goes wrong with the mail at hand. */
export const smtpServer = (mailbox: Mailbox, nextFault: () => SmtpFault['kind'] | undefined): SMTPServer => {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    size: 1024 * 1024,
    onData: (stream, session, callback) => {
      void (async () => {
        const raw = await buffer(stream)
        const fault = nextFault()
        if (fault === 'hang') return
        if (fault === 'temporary' || fault === 'permanent') {
          const [responseCode, message] = refusals[fault]
          callback(Object.assign(new Error(message), { responseCode }))
          return
        }
        const mail = await PostalMime.parse(raw)
        mailbox.add({
          receivedAt: new Date().toISOString(),
          messageId: mail.messageId ?? '',
          from: session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address,
          to: session.envelope.rcptTo.map(({ address }) => address.toLowerCase()),
          subject: mail.subject ?? '',
          text: mail.text ?? '',
        })
        if (fault === 'lost') server.connections.forEach((connection) => { if (connection.session === session) connection.close() })
        else callback(null)
      })().catch((error: unknown) => { callback(error instanceof Error ? error : new Error(String(error))) })
    },
  })
  // A sender that hangs up in the middle is the sender's business.
  server.on('error', () => undefined)
  return server
}
