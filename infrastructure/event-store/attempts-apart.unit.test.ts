import { expect } from 'chai'
import sinon from 'sinon'
import { rejection } from '../../test/support/rejection.ts'
import { defaultSettings } from './adapter-settings.ts'
import { NoAnswer } from './answer-within.ts'
import { createAppend } from './append.ts'
import { StoreUnavailable, type EventToStore } from './port.ts'
import { createReading } from './read.ts'
import { TooManyWait } from './turns.ts'

/** The store is asked for again within two seconds of its return, however long it was away; an attempt takes its time, too. */
const longestPauseMs = 1_000

describe('a store that is away for a minute', () => {
  let clock: sinon.SinonFakeTimers
  beforeEach(() => {
    clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  })
  afterEach(() => {
    clock.restore()
  })

  const settings = { ...defaultSettings, patienceMs: 60_000, warn: () => undefined }
  const event: EventToStore = { id: '6f2f8f0c-0f4e-4ad0-9d3b-0d1b7a3f5a01', type: 'Counted', data: {}, metadata: {} }

  /** Milliseconds between the attempts that `ask` makes until it gives up; each calls `refuse`. */
  const pausesOf = async (ask: (refuse: () => Promise<never>) => Promise<unknown>): Promise<readonly number[]> => {
    const at: number[] = []
    const given = rejection(
      ask(() => {
        at.push(Date.now())
        return Promise.reject(new NoAnswer('away'))
      }),
    )
    await clock.tickAsync(61_000)
    expect(await given).to.be.instanceOf(StoreUnavailable)
    return at.slice(1).map((time, index) => time - (at[index] ?? 0))
  }

  const cases: readonly (readonly [what: string, ask: (refuse: () => Promise<never>) => Promise<unknown>])[] = [
    [
      'appended to',
      (refuse) =>
        createAppend({ attempt: refuse, warmUp: async () => undefined, close: async () => undefined }, settings)(
          'order-1',
          [event],
          'no_stream',
        ),
    ],
    [
      'read',
      (refuse) =>
        createReading(
          {
            current: () => expect.fail('nothing but reads'),
            turn: refuse,
            noteFailure: () => undefined,
            noteAnswer: () => undefined,
            close: async () => undefined,
          },
          settings,
        ).lastEvents('order-1', 1),
    ],
  ]
  for (const [what, ask] of cases)
    it(`is ${what} again once a second, and no sooner than it can bear`, async () => {
      const pauses = await pausesOf(ask)
      expect(Math.max(...pauses)).to.be.at.most(longestPauseMs)
      // Doubled from the first on, and then the longest, of which a half is by chance.
      expect(pauses.length).to.be.below(130)
      for (const pause of pauses.slice(6)) expect(pause).to.be.at.least(longestPauseMs / 2)
    })

  for (const [what, ask] of cases)
    it(`is not ${what} at all while too many wait already: whoever asks is told at once`, async () => {
      let attempts = 0
      const refuse = () => {
        attempts += 1
        return Promise.reject(new TooManyWait('too many wait already'))
      }
      expect(await rejection(ask(refuse))).to.be.instanceOf(TooManyWait)
      expect(attempts).to.equal(1)
    })

  for (const [what, ask] of cases)
    it(`is ${what} again when too many wait, where that had begun before`, async () => {
      let attempts = 0
      const refuse = () => {
        attempts += 1
        if (attempts === 1) return Promise.reject(new NoAnswer('away'))
        return Promise.reject(attempts < 4 ? new TooManyWait('too many wait already') : new Error('tried'))
      }
      const given = rejection(ask(refuse))
      await clock.tickAsync(5_000)
      expect(await given).to.have.property('message', 'tried')
    })
})
