import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'

describe('the health check of an image', () => {
  const check = async (url: string) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'health-check.ts'), url], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'exit') as Promise<[number | null]>])
    return { said: said.trim(), code }
  }
  const serving = async (answer: RequestListener) => {
    const server = createServer(answer).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    return { url: `http://127.0.0.1:${port}/health/ready`, close: () => server.close() }
  }

  it('ends with 0 when the answer is good, and says it', async () => {
    const server = await serving((_request, response) => response.end('{"status":"ready"}'))
    expect(await check(server.url)).to.deep.equal({ said: '200 {"status":"ready"}', code: 0 })
    server.close()
  })

  it('ends with 1 when it is not, and says why', async () => {
    const server = await serving((_request, response) => response.writeHead(503).end('no store'))
    expect(await check(server.url)).to.deep.equal({ said: '503 no store', code: 1 })
    server.close()
  })

  it('ends with 1 where nobody listens, and without an address', async () => {
    const server = await serving((_request, response) => response.end())
    server.close()
    const { said, code } = await check(server.url)
    expect(code).to.equal(1)
    expect(said).to.include(server.url).and.to.include('ECONNREFUSED')
    expect((await check('')).code).to.equal(1)
  })
})
