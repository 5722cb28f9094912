import { foldLines } from 'nodemailer/lib/mime-funcs'
import MimeNode from 'nodemailer/lib/mime-node'
import { encode, wrap } from 'nodemailer/lib/qp'
import type { Mail } from './mail.ts'

export type MailSource = {
  readonly envelope: { readonly from: string; readonly to: readonly string[] }
  readonly messageId: string
  /** The whole message as it goes over the wire, but for the dots. */
  readonly bytes: Buffer
}

const lineLength = 76

// What the library would leave as it is, and takes ten times as long to find out.
const plainAddress = /^\w[\w+-]*(?:\.[\w+-]+)*@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/
const plainText = /^[!-<>-~](?:[ -<>-~]{0,60}[!-<>-~])?$/

/** One address, whatever it looks like, as it stands in the header and in the envelope. */
const oneAddress = (address: string): { readonly header: string; readonly envelope: string } => {
  if (plainAddress.test(address)) return { header: address, envelope: address }
  const node = new MimeNode().setHeader('To', { name: '', address })
  return { header: MimeNode.encodeHeaderValue('To', { name: '', address }), envelope: node.getEnvelope().to[0] ?? '' }
}

const subjectLine = (subject: string): string =>
  plainText.test(subject)
    ? `Subject: ${subject}`
    : foldLines(`Subject: ${MimeNode.encodeHeaderValue('Subject', subject)}`, lineLength)

const part = (type: string, content: string): readonly string[] => [
  'Content-Transfer-Encoding: quoted-printable',
  `Content-Type: text/${type}; charset=utf-8`,
  '',
  wrap(encode(content.replaceAll(/\r\n?|\n/g, '\r\n')), lineLength),
]

// Cannot stand in a part: there every equals sign is written as =3D.
const boundary = '=_alternative_='

/** A program shows the last alternative that it can: the plain text comes first. */
const alternatives = (text: string, html: string): readonly string[] => [
  `Content-Type: multipart/alternative; boundary="${boundary}"`,
  '',
  `--${boundary}`,
  ...part('plain', text),
  `--${boundary}`,
  ...part('html', html),
  `--${boundary}--`,
  '',
]

/** Text, and HTML where there is one, of one sender. Written once as one piece: the library's own composer does it by five streams. */
export const mailSources = (from: string, messageIdHost: string): ((mail: Mail, date: Date) => MailSource) => {
  const sender = new MimeNode().setHeader('From', from).getEnvelope().from
  if (sender === false || sender === '') throw new Error(`${from} is no sender of mails`)
  const fromLine = foldLines(`From: ${MimeNode.encodeHeaderValue('From', from)}`, lineLength)

  return ({ messageId, to, subject, text, html }, date) => {
    const { header, envelope } = oneAddress(to)
    const id = `<${encodeURIComponent(messageId)}@${messageIdHost}>`
    const source = [
      fromLine,
      foldLines(`To: ${header}`, lineLength),
      subjectLine(subject),
      `Message-ID: ${id}`,
      `Date: ${date.toUTCString().replace('GMT', '+0000')}`,
      'MIME-Version: 1.0',
      ...(html === undefined ? part('plain', text) : alternatives(text, html)),
    ].join('\r\n')
    return { envelope: { from: sender, to: [envelope] }, messageId: id, bytes: Buffer.from(source) }
  }
}
