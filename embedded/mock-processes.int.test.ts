import { expect } from 'chai'
import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { childEnvironment } from '../test/support/child-environment.ts'

const programs = [
  {
    program: 'payment-provider/main.ts',
    environment: {
      PAYMENT_PROVIDER_PORT: '0',
      PAYMENT_WEBHOOK_URL: 'http://127.0.0.1:1/v1/webhooks/mock',
      PAYMENT_WEBHOOK_SECRET: 'a secret of the tests',
    },
    wrong: { PAYMENT_WEBHOOK_SECRET: 'short' },
  },
  {
    program: 'mail-catcher/main.ts',
    environment: { MAIL_CATCHER_SMTP_PORT: '0', MAIL_CATCHER_HTTP_PORT: '0' },
    wrong: { MAIL_CATCHER_HTTP_PORT: 'http' },
  },
]

for (const { program, environment, wrong } of programs) {
  describe(`the process ${program}`, function () {
    this.timeout(20_000)
    let children: ChildProcessWithoutNullStreams[]

    const start = (more: Record<string, string> = {}) => {
      const child = spawn(process.execPath, [join(import.meta.dirname, program)], {
        env: { ...childEnvironment, ...environment, ...more },
        stdio: ['pipe', 'pipe', 'pipe'],
      })
      children.push(child)
      return child
    }
    const ready = async (child: ChildProcessWithoutNullStreams): Promise<string> => {
      for await (const line of createInterface({ input: child.stdout })) return /http:\/\/\S+/.exec(line)?.[0] ?? ''
      throw new Error('it ended before it was ready')
    }

    beforeEach(() => {
      children = []
    })
    afterEach(() => {
      for (const child of children) child.kill('SIGKILL')
    })

    it('says where it listens, is live there, and ends on SIGTERM', async () => {
      const child = start()
      const url = await ready(child)
      expect((await fetch(`${url}/health/live`)).status).to.equal(200)
      child.kill('SIGTERM')
      expect(await once(child, 'exit')).to.deep.equal([0, null])
    })

    it('ends with its parent where it is told to', async () => {
      const child = start({ EXIT_WITH_PARENT: '1' })
      await ready(child)
      child.stdin.end()
      expect(await once(child, 'exit')).to.deep.equal([0, null])
    })

    it('names what is wrong with its environment', async () => {
      const child = start(wrong)
      const [said, ended] = await Promise.all([text(child.stderr), once(child, 'exit')])
      expect(said).to.include(Object.keys(wrong)[0])
      expect(ended).to.deep.equal([2, null])
    })
  })
}
