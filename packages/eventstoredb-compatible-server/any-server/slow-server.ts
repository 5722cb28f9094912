// Stands in for a server with the habits of one that takes its time: it is ready only a while after it has begun to listen, and when it was
// killed, its data directory stays locked for its first successors. GET /die ends it.
import { appendFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'

const [port, data = '', warmUpMs = '300', successorsRefused = '2'] = process.argv.slice(2)
const lock = join(data, 'lock')
const refused = join(data, 'refused')

mkdirSync(data, { recursive: true })
appendFileSync(join(data, 'starts'), 'started\n')
writeFileSync(join(data, 'variables'), Object.keys(process.env).join('\n'))
if (existsSync(lock) && !existsSync(`${refused}-${successorsRefused}`)) {
  let number = 1
  while (existsSync(`${refused}-${number}`)) number += 1
  writeFileSync(`${refused}-${number}`, '')
  process.stderr.write('the data directory is locked\n')
  process.exit(1)
}
writeFileSync(lock, '')
process.on('SIGTERM', () => {
  appendFileSync(join(data, 'stops'), 'stopped\n')
  rmSync(lock)
  process.exit(0)
})
const readyAt = Date.now() + Number(warmUpMs)
createServer((request, response) => {
  if (request.url === '/die') process.exit(3)
  response.writeHead(Date.now() < readyAt ? 503 : 204).end()
}).listen(Number(port), '127.0.0.1')
