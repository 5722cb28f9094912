// The least that can be called: `node bench/calls/bare-server.ts <kind>` says where it listens, and ends with standard input.
import { createServer } from 'node:http'
import type { AddressInfo, Server } from 'node:net'
import { SMTPServer } from 'smtp-server'

const mails = (): Server =>
  new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    onData: (stream, _session, callback) => {
      stream
        .on('end', () => {
          callback(null)
        })
        .resume()
    },
  }).server

const charges = (): Server =>
  createServer((request, response) => {
    request
      .on('end', () => {
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end('{"id":"1","status":"succeeded","amount":1,"currency":"EUR"}')
      })
      .resume()
  })

const kind = process.argv[2] ?? ''
const server = kind === 'mail' ? mails() : charges()
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  process.stdout.write(`${kind === 'mail' ? 'smtp' : 'http'}://127.0.0.1:${port}\n`)
})
process.stdin.once('end', () => process.exit(0)).resume()
