import { expect } from 'chai'
import { silentLogger, type Logger } from '../infrastructure/observability/logger.ts'
import type { Intent } from './perform/intent.ts'
import { performedLog } from './performed-log.ts'

const intent: Intent = { kind: 'payment', key: 'p1', orderId: 'o1', eventId: 'e1', since: new Date(0) }

describe('the log of intents', () => {
  const lines: unknown[] = []
  const at =
    (level: string) =>
    (...line: unknown[]) => {
      lines.push([level, ...line])
    }
  const logger: Logger = { ...silentLogger, debug: at('debug'), info: at('info'), isOn: () => true }
  beforeEach(() => {
    lines.length = 0
  })

  it('tells at the level info what is still open, and why', () => {
    performedLog(logger)(intent, { kind: 'completed' })
    performedLog(logger)(intent, { kind: 'open', why: 'no definite answer' })
    expect(lines).to.deep.equal([
      ['debug', 'payment completed', { key: 'p1', correlationId: 'o1', orderId: 'o1', kind: 'completed' }],
      [
        'info',
        'payment open',
        { key: 'p1', correlationId: 'o1', orderId: 'o1', kind: 'open', why: 'no definite answer' },
      ],
    ])
  })

  it('writes nothing where nobody reads it', () => {
    performedLog({ ...logger, isOn: (level) => level !== 'debug' })(intent, { kind: 'completed' })
    expect(lines).to.deep.equal([])
  })
})
