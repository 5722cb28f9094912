import { Agent, request } from 'node:http'

export type Answer = {
  readonly status: number
  /** What it says of its connection. */
  readonly connection: string | undefined
  readonly text: string
}

export type Question = {
  readonly port: number
  readonly path: string
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly body?: unknown
}

/** Over a connection that the agent keeps. Rejects with what went wrong on the way; nothing is asked a second time. */
export const ask = (agent: Agent, { port, path, method = 'GET', headers = {}, body }: Question): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const content = body === undefined ? '' : JSON.stringify(body)
    const all = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(content), ...headers }
    const asked = request({ host: '127.0.0.1', port, path, method, agent, headers: all }, (response) => {
      let text = ''
      response
        .setEncoding('utf8')
        .on('data', (part: string) => (text += part))
        .once('end', () => {
          resolve({ status: response.statusCode ?? 0, connection: response.headers.connection, text })
        })
        .once('error', reject)
    })
    asked.once('error', reject).end(content)
  })

export type Load = {
  readonly answered: readonly Answer[]
  readonly failed: readonly string[]
  /** Lets what is under way come to its end. */
  end(): Promise<void>
}

/** Clients that keep one connection each and ask one thing after another, each under a number of its own. */
export const startLoad = (clients: number, question: (agent: Agent, number: number) => Promise<Answer>): Load => {
  const answered: Answer[] = []
  const failed: string[] = []
  let enough = false
  let next = 0
  const agents = Array.from({ length: clients }, () => new Agent({ keepAlive: true, maxSockets: 1 }))
  const loops = agents.map(async (agent) => {
    while (!enough) {
      const number = (next += 1)
      await question(agent, number).then(
        (answer) => answered.push(answer),
        (error: unknown) => failed.push(`${number}: ${String(error)}`),
      )
    }
    agent.destroy()
  })
  return {
    answered,
    failed,
    async end() {
      enough = true
      await Promise.all(loops)
    },
  }
}
