// Answers 200 to everything, in place of a program that nobody has to look at in a test.
import { createServer } from 'node:http'

const server = createServer((_request, response) => {
  response.setHeader('connection', 'close').end('{"database":"ok"}\n')
}).listen(Number(process.env['PORT']), '0.0.0.0')
process.on('SIGTERM', () => server.close())
