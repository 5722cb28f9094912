import { expect } from 'chai'
import { contentsOf } from './contents.ts'

const raw = (...lines: readonly string[]) => Buffer.from(lines.join('\r\n'))

describe('what stands in a mail', () => {
  it('is its id, subject and text', async () => {
    const mail = raw(
      'Message-ID: <1@shop>',
      'Subject: =?utf-8?q?sch=C3=B6n?=',
      'Content-Type: text/plain; charset=utf-8',
      '',
      'Grüße',
    )
    expect(await contentsOf(mail)).to.deep.equal({ messageId: '<1@shop>', subject: 'schön', text: 'Grüße\n' })
  })

  it('is nothing where there is nothing', async () => {
    expect(await contentsOf(raw('From: nobody@example.org', '', ''))).to.deep.equal({
      messageId: '',
      subject: '',
      text: '',
    })
  })

  it('is the whole of it where it cannot be taken apart', async () => {
    const parts = Array.from({ length: 300 }, (_, depth) => [
      `Content-Type: multipart/mixed; boundary=b${depth}`,
      '',
      `--b${depth}`,
    ])
    const mail = raw('Subject: deep', ...parts.flat(), '')
    expect(await contentsOf(mail)).to.deep.equal({ messageId: '', subject: '', text: mail.toString() })
  })
})
