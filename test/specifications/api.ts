import type { RequestListener } from 'node:http'
import { expect } from 'chai'
import supertest from 'supertest'
import { authenticationWith, type Authenticate } from '../../http-api/authentication.ts'
import type { AuthenticationOptions } from '../../infrastructure/http/authentication.ts'
import type { Role } from '../../http-api/roles.ts'
import { problemSchema } from '../../infrastructure/http/problem.ts'
import { issueToken, type TokenOptions } from '../../infrastructure/http/token.ts'

export const testAuthentication = {
  JWT_ISSUER: 'issuer-of-the-tests',
  JWT_AUDIENCE: 'the-shop',
  JWT_SECRET: 'a secret of the tests, long enough',
} as const satisfies AuthenticationOptions

export const authenticateInTests = (): Authenticate => authenticationWith(testAuthentication)

/** A token that is good, but for what is overridden. */
export const tokenOf = (subject: string, roles: readonly Role[], overridden: Partial<TokenOptions> = {}): string =>
  issueToken({
    secret: testAuthentication.JWT_SECRET,
    issuer: testAuthentication.JWT_ISSUER,
    audience: testAuthentication.JWT_AUDIENCE,
    sub: subject,
    roles,
    // Longer than any run of tests.
    ttlSeconds: 3_600,
    ...overridden,
  })

export type Headers = Readonly<Record<string, string>>

export type Answered = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly text: string
  /** Parsed, where it is JSON. */
  readonly body: unknown
}

/** An answer that is awaited, and what it has to be. Each gives the answer back, so that a specification can go on from it. */
export type Asked = {
  /** Whatever it is. */
  answered(): Promise<Answered>
  /** This status and, where one is given, exactly this body. */
  answers(status: number, body?: unknown): Promise<Answered>
  /** A problem with this status and code; `paths` are those of all the fields it names, in order. */
  isRefused(status: number, code: string, paths?: readonly string[]): Promise<Answered>
}

export type Caller = {
  get(path: string, headers?: Headers): Asked
  post(path: string, body?: unknown, headers?: Headers): Asked
  put(path: string, body?: unknown, headers?: Headers): Asked
  delete(path: string, headers?: Headers): Asked
}

const problemType = /^application\/problem\+json/

const shown = ({ status, text }: Answered) => `${status} ${text}`

const expectations = (ask: () => Promise<Answered>): Asked => ({
  answered: ask,
  async answers(status, body) {
    const response = await ask()
    expect(response.status, shown(response)).to.equal(status)
    if (body !== undefined) expect(response.body).to.deep.equal(body)
    return response
  },
  async isRefused(status, code, paths) {
    const response = await ask()
    expect(response.status, shown(response)).to.equal(status)
    expect(response.headers['content-type'], shown(response)).to.match(problemType)
    const problem = problemSchema.parse(JSON.parse(response.text))
    expect({ code: problem.code, type: problem.type, status: problem.status }).to.deep.equal({
      code,
      type: `urn:problem-type:${code}`,
      status,
    })
    if (paths !== undefined) expect(problem.errors?.map(({ path }) => path) ?? [], shown(response)).to.deep.equal(paths)
    return response
  },
})

/** Somebody who calls an API: with this token, or with none. Bodies that are text are sent as they are. */
export const callerOf = (app: RequestListener | string, token?: string): Caller => {
  const authorization: Headers = token === undefined ? {} : { Authorization: `Bearer ${token}` }
  const send = (method: 'get' | 'post' | 'put' | 'delete', path: string, headers: Headers, body?: unknown): Asked =>
    expectations(async () => {
      const request = supertest(app)
        [method](path)
        .set({ ...authorization, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers })
      const response = await (body === undefined
        ? request
        : request.send(typeof body === 'string' ? body : JSON.stringify(body)))
      return { status: response.status, headers: response.headers, text: response.text, body: response.body }
    })
  return {
    get: (path, headers = {}) => send('get', path, headers),
    post: (path, body, headers = {}) => send('post', path, headers, body),
    put: (path, body, headers = {}) => send('put', path, headers, body),
    delete: (path, headers = {}) => send('delete', path, headers),
  }
}
