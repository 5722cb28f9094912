import { expect } from 'chai'
import type { StoredEvent } from '../infrastructure/event-store/port.ts'
import { silentLogger, type Level, type Logger } from '../infrastructure/observability/logger.ts'
import { createRegistry } from '../infrastructure/observability/metrics.ts'
import { createGroupObservers } from './group-observer.ts'

const event: StoredEvent = {
  id: '11111111-1111-4111-8111-111111111111',
  type: 'OrderConfirmed',
  stream: 'order-o1',
  revision: 1n,
  position: { commit: 1n, prepare: 1n },
  data: {},
  metadata: {},
  created: new Date(0),
}

describe('what is logged of a group', () => {
  const lines: string[] = []
  const loggerOf = (isOn: (level: Level) => boolean): Logger => {
    const at = (level: Level) => (message: string) => {
      lines.push(`${level} ${message}`)
    }
    const logger: Logger = {
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      isOn,
      child: () => logger,
    }
    return logger
  }
  const observed = (logger: Logger = silentLogger) =>
    createGroupObservers(createRegistry({ service: 'test' }), logger)('order')
  beforeEach(() => {
    lines.length = 0
  })

  it('what went well at the level debug, what did not above it', () => {
    const observer = observed(loggerOf(() => true))
    const reason = { code: 'unexpected', message: 'it broke' }
    observer.handled?.(event, 'done', 1)
    observer.handled?.(event, 'ignored', 1)
    observer.handled?.(event, { park: reason }, 1)
    observer.handled?.(event, { retry: 100, reason: 'a conflict' }, 1)
    observer.retried?.(event, 'a conflict', 100, 1)
    observer.parked?.(event, { ...reason, attempts: 3 })
    observer.leftUnacknowledged?.(event, 'it waited too long')
    observer.paused?.('the store is away')
    observer.resumed?.()
    observer.dropped?.(new Error('cut'))
    expect(lines).to.deep.equal([
      'debug OrderConfirmed done',
      'debug OrderConfirmed ignored',
      'info OrderConfirmed parked',
      'info OrderConfirmed left for redelivery',
      'warn OrderConfirmed is retried',
      'error OrderConfirmed is parked',
      'warn OrderConfirmed is left for redelivery',
      'warn group paused: the store is away',
      'info group resumed',
      'warn subscription dropped, reconnecting',
    ])
  })

  const differing = [{ setting: 'maxRetryCount', wanted: 1_000_000, found: 10 }] as const
  const warning =
    'warn group is set otherwise than wanted: maxRetryCount 10, wanted 1000000. To change it: npm run groups -- apply order'

  it('settings that differ, once until there is something new to say', () => {
    const observer = observed(loggerOf(() => true))
    observer.settingsCompared?.(differing)
    observer.settingsCompared?.(differing)
    expect(lines).to.deep.equal([warning])
    observer.settingsCompared?.([])
    expect(lines).to.deep.equal([warning])
    observer.settingsCompared?.(differing)
    observer.settingsNotCompared?.(new Error('not for you'))
    expect(lines).to.deep.equal([warning, warning, "warn the group's settings could not be compared"])
  })

  it('counts the settings that differ, until they do not', async () => {
    const registry = createRegistry({ service: 'test' })
    const observer = createGroupObservers(registry, silentLogger)('order')
    const counted = async () => (await registry.getSingleMetric('group_settings_differ')?.get())?.values
    expect(await counted()).to.deep.equal([])
    observer.settingsCompared?.(differing)
    expect(await counted()).to.deep.equal([{ labels: { group: 'order' }, value: 1 }])
    observer.settingsCompared?.([])
    expect(await counted()).to.deep.equal([{ labels: { group: 'order' }, value: 0 }])
  })

  it('writes nothing where nobody reads it', () => {
    observed(loggerOf((level) => level !== 'debug')).handled?.(event, 'done', 1)
    expect(lines).to.deep.equal([])
  })
})
