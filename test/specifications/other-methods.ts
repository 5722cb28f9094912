import { expect } from 'chai'
import type { Express } from 'express'
import supertest from 'supertest'
import { callerOf, tokenOf } from './api.ts'

const inAddresses: Readonly<Record<string, string>> = {
  '{sku}': 'MUG',
  '{group}': 'order',
  '{number}': '1',
}
const addressOf = (path: string): string =>
  path.replaceAll(/\{\w+\}/g, (name) => inAddresses[name] ?? '0b5d2c7e-6a41-4c39-9b0f-3f1f6f1f0a01')
const all = ['get', 'post', 'put', 'delete', 'patch'] as const

/**
 * Asks at each address of the app's own description by every method that is not described: 405, with those that are. HEAD is taken where
 * GET is, and answered without a body. Answers each address with its methods.
 */
export const asksForOtherMethods = async (app: Express): Promise<readonly string[]> => {
  const operator = tokenOf('olga', ['operator', 'admin'])
  const { text } = await callerOf(app).get('/openapi.json').answers(200)
  const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, unknown>> }
  const addresses: string[] = []
  for (const [path, described] of Object.entries(paths)) {
    const ask = (method: (typeof all)[number] | 'head') =>
      supertest(app)[method](addressOf(path)).set('Authorization', `Bearer ${operator}`)
    const refused = all.filter((method) => described[method] === undefined)
    const allowed = new Set<string>()
    for (const method of refused) {
      const answer = await ask(method)
      const { code } = answer.body as { readonly code?: string }
      expect([answer.status, code], `${method} ${path}`).to.deep.equal([405, 'method_not_allowed'])
      allowed.add(String(answer.headers['allow']))
    }
    const looked = await ask('head')
    expect([looked.status === 405, looked.text], path).to.deep.equal([described['get'] === undefined, undefined])
    if (described['get'] !== undefined) {
      const got = await ask('get')
      expect([looked.status, looked.headers['content-length']], path).to.deep.equal([
        got.status,
        got.headers['content-length'],
      ])
    }
    const names = all.flatMap((method) => (described[method] === undefined ? [] : [method.toUpperCase()]))
    expect([...allowed], path).to.deep.equal([
      [...names.flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name])), 'OPTIONS'].join(', '),
    ])
    addresses.push(`${path}: ${[...allowed].join()}`)
  }
  return addresses
}
