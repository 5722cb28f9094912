import { expect } from 'chai'
import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { startMailCatcher } from './server.ts'

describe('the mail catcher', () => {
  it('keeps no mail that is larger than it says that it takes, announced or not', async () => {
    const catcher = await startMailCatcher({ smtpPort: 0, httpPort: 0 })
    const socket = connect(Number(new URL(catcher.smtpUrl).port), '127.0.0.1')
    const lines = createInterface({ input: socket })
    const answers = lines[Symbol.asyncIterator]()
    // All answers but the one to EHLO, which is not said here, are one line.
    const answerTo = async (said: string) => {
      socket.write(said)
      return String((await answers.next()).value).slice(0, 3)
    }
    const mail = (bytes: number) => `Subject: s\r\n\r\n${`${'x'.repeat(98)}\r\n`.repeat(bytes / 100)}.\r\n`
    const begin = async () => {
      for (const said of ['MAIL FROM:<shop@example.org>\r\n', 'RCPT TO:<alice@example.org>\r\n'])
        expect(await answerTo(said)).to.equal('250')
      expect(await answerTo('DATA\r\n')).to.equal('354')
    }
    try {
      expect(await answerTo('')).to.equal('220')
      expect(await answerTo('HELO shop\r\n')).to.equal('250')
      await begin()
      expect(await answerTo(mail(1_100_000))).to.equal('552')
      await begin()
      expect(await answerTo(mail(1_000_000))).to.equal('250')
      const { items } = (await (await fetch(`${catcher.url}/v1/mails`)).json()) as { items: { text: string }[] }
      expect(items.map(({ text }) => text.length)).to.deep.equal([990_000])
    } finally {
      socket.end()
      await once(socket, 'close')
      await catcher.stop()
    }
  })
})
