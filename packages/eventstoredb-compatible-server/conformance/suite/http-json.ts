import { expect } from 'chai'
import type { Server } from './server.ts'

/** What a path answers with, when it answers as it should. */
export const json = async (server: Server, path: string): Promise<unknown> => {
  const { status, headers, body: sent } = await server.http('GET', path)
  const body = sent.replaceAll('\r\n', '\n')
  expect([status, headers['content-type'], headers['access-control-allow-origin']], path).to.deep.equal([
    200,
    'application/json; charset=utf-8',
    '*',
  ])
  // Pretty-printed by two spaces.
  expect(body.startsWith('{\n  "') || body.startsWith('[\n') || body === '[]', path).to.equal(true)
  return JSON.parse(body)
}
