import { expect } from 'chai'
import { neverSentCode } from './never-sent.ts'

const coded = (code: string, cause?: unknown) => Object.assign(new Error('from the library', { cause }), { code })

describe('an error that says that nothing was sent', () => {
  const line = (what: string, error: unknown, code: string | undefined) => {
    it(what, () => expect(neverSentCode(error)).to.equal(code))
  }

  line('nobody listens', coded('ECONNREFUSED'), 'ECONNREFUSED')
  line(
    'no such name, beneath what fetch says',
    new TypeError('fetch failed', { cause: coded('ENOTFOUND') }),
    'ENOTFOUND',
  )
  line(
    'no connection in time',
    new TypeError('fetch failed', { cause: coded('UND_ERR_CONNECT_TIMEOUT') }),
    'UND_ERR_CONNECT_TIMEOUT',
  )
  line(
    'nobody listens at any address of a name',
    new AggregateError([coded('ECONNREFUSED'), coded('ENETUNREACH')]),
    'ECONNREFUSED',
  )
  line(
    'one address of a name that may have taken it',
    new AggregateError([coded('ECONNREFUSED'), coded('EPIPE')]),
    undefined,
  )
  line('a connection that was reset', coded('ECONNRESET'), undefined)
  line(
    'a socket that the other side closed',
    new TypeError('fetch failed', { cause: coded('UND_ERR_SOCKET') }),
    undefined,
  )
  line('no answer in time', coded('UND_ERR_HEADERS_TIMEOUT'), undefined)
  line('an error of the code', new TypeError('not a function'), undefined)
  line('nothing at all', undefined, undefined)
})
