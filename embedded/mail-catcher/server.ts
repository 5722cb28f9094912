import express from 'express'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Server } from 'node:net'
import { z } from 'zod'
import { contentsOf } from './contents.ts'
import { openMailbox } from './mailbox.ts'
import { mailPage } from './page.ts'
import { smtpServer } from './smtp.ts'
import type { SmtpFault } from './smtp.ts'

export type MailCatcherOptions = {
  /** Default 127.0.0.1. */
  host?: string
  /** 0 = any free one. */
  smtpPort: number
  httpPort: number
  /** How many mails are kept; default 1,000. */
  limit?: number
}

export type RunningMailCatcher = {
  /** `smtp://host:port` */
  smtpUrl: string
  /** Of the list, `/v1/mails`, and the page, `/`. */
  url: string
  stop(): Promise<void>
}

const faultSchema = z.strictObject({
  kind: z.enum(['temporary', 'permanent', 'hang', 'lost']),
  times: z.int().positive().default(1),
})
const filterSchema = z.strictObject({ to: z.string().min(1).optional() })

const portOf = (server: Server) => (server.address() as AddressInfo).port

const listen = (
  server: Pick<Server, 'once' | 'off'> & { listen(port: number, host: string, then: () => void): unknown },
  port: number,
  host: string,
) =>
  new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })

/** Starts the mail catcher; resolves when both of its ports answer. */
export const startMailCatcher = async ({
  host = '127.0.0.1',
  smtpPort,
  httpPort,
  limit = 1_000,
}: MailCatcherOptions): Promise<RunningMailCatcher> => {
  const mailbox = openMailbox(limit, contentsOf)
  let faults: SmtpFault[] = []
  const nextFault = () => {
    const [fault] = faults
    if (fault === undefined) return undefined
    fault.times -= 1
    if (fault.times === 0) faults = faults.slice(1)
    return fault.kind
  }

  const app = express()
    .disable('x-powered-by')
    .use(express.json())
    .get('/health/live', (_request, response) => {
      response.json({ status: 'live' })
    })
    .get('/v1/mails', async (request, response) => {
      const filter = filterSchema.safeParse(request.query)
      if (filter.success) response.json({ items: await mailbox.list(filter.data.to) })
      else response.status(400).json({ error: 'invalid_request', details: z.prettifyError(filter.error) })
    })
    .delete('/v1/mails', (_request, response) => {
      mailbox.clear()
      response.status(204).end()
    })
    .post('/test/faults', (request, response) => {
      const fault = faultSchema.safeParse(request.body)
      if (fault.success) faults.push(fault.data)
      response.status(fault.success ? 204 : 400).end()
    })
    .get('/', async (_request, response) => {
      response.type('html').send(mailPage(await mailbox.list()))
    })

  const smtp = smtpServer(mailbox, nextFault)
  const http = createServer(app)
  await listen(smtp.server, smtpPort, host)
  try {
    await listen(http, httpPort, host)
  } catch (error) {
    smtp.close()
    throw error
  }
  const name = host.includes(':') ? `[${host}]` : host
  return {
    smtpUrl: `smtp://${name}:${portOf(smtp.server)}`,
    url: `http://${name}:${portOf(http)}`,
    stop: async () => {
      smtp.connections.forEach((connection) => {
        connection.close()
      })
      await Promise.all([
        new Promise<void>((resolve) => {
          smtp.close(() => {
            resolve()
          })
        }),
        new Promise<void>((resolve) => {
          http.close(() => {
            resolve()
          })
          http.closeAllConnections()
        }),
      ])
    },
  }
}
