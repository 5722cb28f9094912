import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buildApp } from './app.ts'
import { announcing } from './announcing.ts'
import { openBank } from './bank.ts'
import { openDashboard } from './dashboard.ts'
import { faultList } from './faults.ts'
import { openLedger } from './ledger.ts'
import type { WebhookEvent } from './records.ts'
import { deliver } from './webhooks.ts'

export type PaymentProviderOptions = {
  /** Default 127.0.0.1. */
  host?: string
  /** 0 = any free one. */
  port: number
  webhookUrl: string
  webhookSecret: string
  /** The file that keeps everything between runs; without it nothing is kept. */
  data?: string
  /** Where customers reach it, if not where it listens. */
  publicUrl?: string
  /** Default 3 s. */
  slowMs?: number
  /** Default 45 min. */
  lateMs?: number
  /** Default no: the money is on its way, and all that is left is to give it back. */
  lateCanBeCancelled?: boolean
}

export type RunningPaymentProvider = { url: string; stop(): Promise<void> }

const listen = (server: Server, port: number, host: string) =>
  new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })

/** Starts the mock provider; resolves when it answers. It tells the shop by webhook what it could not tell as an answer. */
export const startPaymentProvider = async (options: PaymentProviderOptions): Promise<RunningPaymentProvider> => {
  const {
    host = '127.0.0.1',
    webhookUrl: url,
    webhookSecret: secret,
    slowMs = 3_000,
    lateMs = 45 * 60_000,
    lateCanBeCancelled = false,
  } = options
  const stopping = new AbortController()
  const deliveries = new Set<Promise<void>>()
  const ledger = await openLedger(options.data)

  const tell = (event: WebhookEvent) => {
    const delivery = deliver(event, { url, secret }, stopping.signal)
      .then((isDelivered) => {
        if (isDelivered) ledger.record({ delivered: event.id })
      })
      .finally(() => deliveries.delete(delivery))
    deliveries.add(delivery)
  }

  const announce = announcing(ledger, tell)
  let ownUrl = ''
  const bank = openBank(ledger, {
    slowMs,
    lateMs,
    lateCanBeCancelled,
    confirmationUrl: (id) => `${options.publicUrl?.replace(/\/+$/, '') ?? ownUrl}/confirm/${id}`,
    announce,
  })
  const dashboard = openDashboard(ledger, bank, announce)
  let returning: NodeJS.Timeout | undefined
  const server = createServer()
  const { port } = await listen(server, options.port, host).then(() => server.address() as AddressInfo)
  ownUrl = `http://${host.includes(':') ? `[${host}]` : host}:${port}`

  const refuseConnections = (ms: number) => {
    server.close()
    server.closeAllConnections()
    returning = setTimeout(() => void listen(server, port, host), ms)
  }
  server.on('request', buildApp({ bank, dashboard, ledger, faults: faultList(), refuseConnections }))
  for (const event of ledger.undelivered()) tell(event)

  return {
    url: ownUrl,
    stop: async () => {
      clearTimeout(returning)
      stopping.abort()
      bank.close()
      if (server.listening)
        await new Promise((resolve) => {
          server.close(resolve)
          server.closeAllConnections()
        })
      await Promise.all(deliveries)
      await ledger.close()
    },
  }
}
