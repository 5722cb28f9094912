import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Kind, WayName } from './ways.ts'

export type Called = { readonly url: string; readonly pid: number; stop(): Promise<void> }

const embedded: Readonly<Record<Kind, string>> = { mail: 'embedded/mail-catcher/main.ts', charge: 'embedded/payment-provider/main.ts' }
const addresses: Readonly<Record<Kind, RegExp>> = { mail: /smtp:\/\/\S+/, charge: /http:\/\/\S+/ }

/** Starts what is called in a process of its own: the shop's embedded server as in the shop, journal and all, or a bare one. */
export const startCalled = async (checkout: string, kind: Kind, way: WayName, nodeArgs: readonly string[]): Promise<Called> => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-calls-'))
  const program = way === 'shop' ? [join(checkout, embedded[kind])] : [join(checkout, 'bench/calls/bare-server.ts'), kind]
  const child = spawn(process.execPath, [...nodeArgs, ...program], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      ...process.env, NODE_ENV: 'production', EXIT_WITH_PARENT: '1',
      MAIL_CATCHER_SMTP_PORT: '0', MAIL_CATCHER_HTTP_PORT: '0', PAYMENT_PROVIDER_PORT: '0',
      PAYMENT_WEBHOOK_URL: 'http://127.0.0.1:1/', PAYMENT_WEBHOOK_SECRET: 'a secret of the bench', PAYMENT_PROVIDER_DATA: join(folder, 'journal'),
    },
  })
  const ended = once(child, 'exit')
  let said = ''
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const found = said.includes('\n') ? addresses[kind].exec(said)?.[0] : undefined
      if (found !== undefined) resolve(found)
    })
    void ended.then(() => { reject(new Error(`${program.join(' ')} ended before it was ready`)) })
  })
  if (child.pid === undefined) throw new Error(`${program.join(' ')} has no process`)
  return {
    url,
    pid: child.pid,
    async stop() {
      child.stdin.end()
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}
