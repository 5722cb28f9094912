import { PassThrough } from 'node:stream'
import { expect } from 'chai'
import { createLogger } from './logger.ts'

const written = (format: 'json' | 'pretty') => {
  const stream = new PassThrough()
  return { logger: createLogger({ service: 'read-api', format, stream }), text: () => String(stream.read()) }
}

describe('logger', () => {
  it('writes one JSON object a line, with the fields of the child and of the line', () => {
    const { logger, text } = written('json')
    logger.child({ orderId: 'o1' }).info('done', { durationMs: 12, position: 5n })
    const { at, ...rest } = JSON.parse(text()) as Record<string, unknown>
    expect(at).to.match(/^\d{4}-\d\d-\d\dT.*Z$/)
    expect(rest).to.deep.equal({
      level: 'info',
      service: 'read-api',
      message: 'done',
      orderId: 'o1',
      durationMs: 12,
      position: '5',
    })
  })

  it('unfolds an error, with its code and its cause', () => {
    const { logger, text } = written('json')
    logger.error('failed', { error: Object.assign(new Error('outer', { cause: new Error('inner') }), { code: 'E1' }) })
    const { error } = JSON.parse(text()) as { error: { message: string; code: string; cause: { message: string } } }
    expect([error.message, error.code, error.cause.message]).to.deep.equal(['outer', 'E1', 'inner'])
  })

  it('writes a readable line for people', () => {
    const { logger, text } = written('pretty')
    logger.warn('slow', { route: '/v1/orders' })
    expect(text().slice(13)).to.equal('warn  read-api: slow route=/v1/orders\n')
  })

  it('writes one line for people, which moves neither cursor nor direction, whatever is in it', () => {
    const { logger, text } = written('pretty')
    logger.info('a\nINFO forged', { name: '\u001b[31mred\u202e', list: ['\u009bm'] })
    expect(text().slice(13)).to.equal(
      'info  read-api: a\\u000aINFO forged name=\\u001b[31mred\\u202e list=["\\u009bm"]\n',
    )
  })

  it('leaves out what is below its level', () => {
    const stream = new PassThrough()
    createLogger({ service: 'x', format: 'json', level: 'warn', stream }).info('quiet')
    expect(stream.read()).to.equal(null)
  })

  it('says what it writes', () => {
    const logger = createLogger({ service: 'x', level: 'warn', stream: new PassThrough() }).child({ orderId: 'o1' })
    expect((['debug', 'info', 'warn', 'error'] as const).filter((level) => logger.isOn(level))).to.deep.equal([
      'warn',
      'error',
    ])
  })
})
