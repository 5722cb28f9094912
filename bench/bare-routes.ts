// What the command API and the read API are measured against: the least that an Express route with the same task does. A process of its own.
// Environment: EVENTSTORE_URL, DATABASE_URL, JWT_SECRET, JWT_ISSUER, JWT_AUDIENCE. Says its address in one line; ends with its standard input.
import { createSecretKey, randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client'
import express from 'express'
import jwt from 'jsonwebtoken'
import pg from 'pg'

const given = (name: string): string => {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set`)
  return value
}

const store = EventStoreDBClient.connectionString(given('EVENTSTORE_URL'))
const pool = new pg.Pool({ connectionString: given('DATABASE_URL'), max: 10 })
// As a key: of a text, jsonwebtoken would find out with each token that it is no public key, for a fifth of all that this route does.
const token = {
  secret: createSecretKey(given('JWT_SECRET'), 'utf8'),
  issuer: given('JWT_ISSUER'),
  audience: given('JWT_AUDIENCE'),
}

const app = express()
app.disable('x-powered-by')

app.post('/v1/orders', express.json(), async (request, response) => {
  const orderId = randomUUID()
  await store.appendToStream(
    `bench-${orderId}`,
    jsonEvent({ type: 'BenchmarkEvent', data: request.body as Record<string, unknown> }),
    { expectedRevision: NO_STREAM },
  )
  response.status(201).json({ orderId })
})

app.get('/v1/orders/:id', async (request, response) => {
  const [, bearer = ''] = (request.get('authorization') ?? '').split(' ')
  jwt.verify(bearer, token.secret, { algorithms: ['HS256'], issuer: token.issuer, audience: token.audience })
  const { rows } = await pool.query<Record<string, unknown>>({
    name: 'order',
    text: 'select * from orders where order_id = $1',
    values: [request.params.id],
  })
  if (rows[0] === undefined) response.status(404).end()
  else response.json(rows[0])
})

const server = app.listen(0, '127.0.0.1', () => {
  // A TCP server has an address with a port.
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`)
})
process.stdin.resume().on('end', () => process.exit(0))
