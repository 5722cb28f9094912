import { SMTPServer } from 'smtp-server'
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
      const refuse = (responseCode: number, message: string) => {
        callback(Object.assign(new Error(message), { responseCode }))
      }
      const arrived = (raw: Buffer) => {
        const fault = nextFault()
        if (fault === 'hang') return
        if (fault === 'temporary' || fault === 'permanent') {
          const [responseCode, message] = refusals[fault]
          refuse(responseCode, message)
          return
        }
        const { mailFrom, rcptTo } = session.envelope
        mailbox.add(
          {
            receivedAt: new Date().toISOString(),
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map(({ address }) => address.toLowerCase()),
          },
          raw,
        )
        if (fault === 'lost')
          server.connections.forEach((connection) => {
            if (connection.session === session) connection.close()
          })
        else callback(null)
      }
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => {
        if (!stream.sizeExceeded) chunks.push(chunk)
      })
      stream.on('end', () => {
        if (stream.sizeExceeded) refuse(552, 'larger than is taken here')
        else arrived(Buffer.concat(chunks))
      })
    },
  })
  // A sender that hangs up in the middle is the sender's business.
  server.on('error', () => undefined)
  return server
}
