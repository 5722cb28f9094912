import { expect } from 'chai'
import { callerOf } from '../../test/specifications/api.ts'
import { build } from '../../test/specifications/things-api.ts'

describe('the description of routes', () => {
  const nobody = callerOf(build())

  it('describes its routes, and shows them', async () => {
    const { text } = await nobody.get('/openapi.json').answers(200)
    const document = JSON.parse(text) as {
      openapi: string
      paths: Record<
        string,
        { post: { responses: object; security: unknown; parameters: { in: string; name: string }[] } }
      >
    }
    const { post } = document.paths['/v1/things/{id}'] ?? expect.fail('the route is not described')
    expect(document.openapi).to.equal('3.1.0')
    expect(Object.keys(post.responses)).to.deep.equal([
      '200',
      '400',
      '401',
      '403',
      '412',
      '413',
      '415',
      '429',
      '500',
      '503',
    ])
    expect(post.parameters.map(({ in: where, name }) => `${where} ${name}`)).to.have.members([
      'path id',
      'query limit',
      'header Idempotency-Key',
      'header If-Match',
    ])
    await nobody.get('/docs/').answers(200)
  })
})
