import { expect } from 'chai'
import { spy } from 'sinon'
import { openMailbox, type Envelope } from './mailbox.ts'

describe('the mailbox of the mail catcher', () => {
  const envelope: Envelope = {
    receivedAt: '2026-01-05T09:00:00.000Z',
    from: 'shop@example.org',
    to: ['alice@example.org'],
  }

  it('reads a mail when somebody looks at it, and once', async () => {
    const read = spy(async (raw: Buffer) => ({ messageId: '<m>', subject: 's', text: raw.toString() }))
    const mailbox = openMailbox(10, read)
    mailbox.add(envelope, Buffer.from('first'))
    mailbox.add({ ...envelope, to: ['bob@example.org'] }, Buffer.from('second'))
    expect(read.callCount).to.equal(0)
    const first = {
      number: 1,
      receivedAt: envelope.receivedAt,
      messageId: '<m>',
      from: envelope.from,
      to: envelope.to,
      subject: 's',
      text: 'first',
    }
    expect(await mailbox.list('Alice@example.org')).to.deep.equal([first])
    expect(read.callCount).to.equal(1)
    const [[second, again], other] = await Promise.all([mailbox.list(), mailbox.list()])
    expect(again).to.deep.equal(first)
    expect(second).to.deep.include({ number: 2, text: 'second' })
    expect(other).to.deep.equal([second, again])
    expect(read.callCount).to.equal(2)
  })
})
