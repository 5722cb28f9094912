import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

type Message = {
  readonly sid: string
  readonly to: string
  readonly body: string
  status: string
  error_code: number | null
}

/**
 * What becomes of the next call. A status and a code: refused. `lost`: done, and the connection ends before that is said. `hang`: done,
 * and never answered. `broken`: done, and answered with what is no JSON.
 */
export type TwilioTrouble = { readonly status: number; readonly code?: number } | 'lost' | 'hang' | 'broken'

const textOf = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString()
}

/** Twilio's messages, at the wire: what the shop asks of it and no more. */
export const startTwilio = async ({
  accountSid,
  authToken,
}: {
  readonly accountSid: string
  readonly authToken: string
}) => {
  const messages: Message[] = []
  const forms: Readonly<Record<string, string>>[] = []
  const calls: string[] = []
  const troubles: TwilioTrouble[] = []
  const path = `/2010-04-01/Accounts/${accountSid}/Messages.json`
  const credentials = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`

  const answer = (response: ServerResponse, status: number, body: object) => {
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
  }
  const refuse = (response: ServerResponse, status: number, code: number) => {
    answer(response, status, {
      code,
      message: 'in words',
      more_info: `https://www.twilio.com/docs/errors/${code}`,
      status,
    })
  }
  const create = (form: URLSearchParams): Message => {
    forms.push(Object.fromEntries(form))
    const sid = `SM${String(messages.length).padStart(32, '0')}`
    const made = { sid, to: form.get('To') ?? '', body: form.get('Body') ?? '', status: 'queued', error_code: null }
    messages.unshift(made)
    return made
  }

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://twilio')
    const text = await textOf(request)
    calls.push(request.method ?? '')
    const trouble = troubles.shift()
    if (typeof trouble === 'object') return refuse(response, trouble.status, trouble.code ?? 20500)
    if (request.headers.authorization !== credentials) return refuse(response, 401, 20003)
    if (pathname !== path) return refuse(response, 404, 20404)
    const listed = messages
      .filter(({ to }) => to === searchParams.get('To'))
      .slice(0, Number(searchParams.get('PageSize')))
    const done = request.method === 'POST' ? create(new URLSearchParams(text)) : { messages: listed }
    if (trouble === 'lost') response.destroy()
    else if (trouble === 'broken') response.writeHead(201).end('<html>')
    else if (trouble === undefined) answer(response, request.method === 'POST' ? 201 : 200, done)
  }
  const server = createServer((request, response) => void serve(request, response))
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    messages,
    forms,
    calls,
    troubles,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
}
