import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startProcess, type StartedProcess } from '../started-process.ts'
import type { Kind, WayName } from './ways.ts'

const embedded: Readonly<Record<Kind, string>> = {
  mail: 'embedded/mail-catcher/main.ts',
  charge: 'embedded/payment-provider/main.ts',
}
const addresses: Readonly<Record<Kind, RegExp>> = { mail: /smtp:\/\/\S+/, charge: /http:\/\/\S+/ }

/** Starts what is called in a process of its own: the shop's embedded server as in the shop, journal and all, or a bare one. */
export const startCalled = async (
  checkout: string,
  kind: Kind,
  way: WayName,
  nodeArgs: readonly string[],
): Promise<StartedProcess> => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-calls-'))
  const program =
    way === 'shop' ? [join(checkout, embedded[kind])] : [join(checkout, 'bench/calls/bare-server.ts'), kind]
  const started = await startProcess(
    [...nodeArgs, ...program],
    {
      EXIT_WITH_PARENT: '1',
      MAIL_CATCHER_SMTP_PORT: '0',
      MAIL_CATCHER_HTTP_PORT: '0',
      PAYMENT_PROVIDER_PORT: '0',
      PAYMENT_WEBHOOK_URL: 'http://127.0.0.1:1/',
      PAYMENT_WEBHOOK_SECRET: 'a secret of the bench',
      PAYMENT_PROVIDER_DATA: join(folder, 'journal'),
    },
    addresses[kind],
  )
  return {
    ...started,
    async stop() {
      await started.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
