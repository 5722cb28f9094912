import { expect } from 'chai'
import { counters } from '../../test/projections/counters.ts'
import { openCounting, type Counting } from '../../test/projections/counting.ts'
import { says } from '../../test/projections/says.ts'
import type { Position } from '../event-store/position.ts'
import type { Source } from './source.ts'

const minusOne = 2n ** 64n - 1n
const nowhere: Position = { commit: minusOne, prepare: minusOne }
const nowhereText = '18446744073709551615-18446744073709551615'
const unreadable = `counts: its checkpoint holds '${nowhereText}', which is no place in a log; it stands still until it is built anew: rebuild counts`

describe('a table whose place makes no sense', function () {
  this.timeout(60_000)
  let counting: Counting
  beforeEach(async () => {
    counting = await openCounting()
  })
  afterEach(() => counting.close())

  const spoil = (text: string) =>
    counting.pool.query("update projection_checkpoints set position = $1 where name = 'counts'", [text])
  const stored = async () =>
    (
      await counting.pool.query<{ name: string; position: string | null; generation: number }>(
        "select name, position, generation from projection_checkpoints where name not like '%__kept' order by name",
      )
    ).rows

  describe('because the event store said so', () => {
    for (const [what, spoiled] of [
      ['the end of a batch', { position: nowhere }],
      ['the end of a batch without events', { events: [], position: nowhere }],
      ['a place before the beginning', { position: { commit: -1n, prepare: -1n } }],
      ['a prepare position behind its commit position', { position: { commit: 5n, prepare: 6n } }],
    ] as const) {
      it(`does not come to be: ${what} is refused with the whole batch, and named; what is right is taken up again`, async () => {
        const { add, start, caughtUp, logged, rows, expected } = counting
        add('a', 1)
        let broken = true
        const source: Source = async function* (options) {
          for await (const batch of logged.source(options)) yield broken ? { ...batch, ...spoiled } : batch
        }
        const engine = start([counters('counts')], { source })
        const { commit, prepare } = spoiled.position
        await says(
          engine,
          `a batch is said to be at ${commit}/${prepare}, which is no place in a log; nothing of its batch is written`,
        )
        expect([await stored(), await rows()]).to.deep.equal([[{ name: 'counts', position: null, generation: 1 }], []])
        broken = false
        await caughtUp('counts')
        await says(engine, '')
        expect(await rows()).to.deep.equal(expected())
      })
    }

    it('does not come to be: an event at such a place is refused with its batch, and named', async () => {
      const { add, start, logged, rows } = counting
      add('a', 1)
      add('a', 2)
      const source: Source = async function* (options) {
        for await (const batch of logged.source(options)) {
          yield {
            ...batch,
            events: batch.events.map((event, n) => (n === 1 ? { ...event, position: nowhere } : event)),
          }
        }
      }
      await says(
        start([counters('counts')], { source }),
        `Added 1@counter-a is said to be at ${minusOne}/${minusOne}, which is no place in a log; nothing of its batch is written`,
      )
      expect([await stored(), await rows()]).to.deep.equal([[{ name: 'counts', position: null, generation: 1 }], []])
    })
  })

  describe("because it can't be read", () => {
    it('is named with what mends it, the others go on, and that mends it', async () => {
      const { add, start, caughtUp, rebuild, rows, expected, progressOf } = counting
      add('a', 1)
      const engine = start([counters('counts'), counters('beside')])
      await caughtUp('counts', 'beside')
      await spoil(nowhereText)
      await says(engine, unreadable)
      add('a', 2)
      await caughtUp('beside')
      expect(await rows('beside')).to.deep.equal(expected())
      expect((await rows('counts')).map(({ history }) => history)).to.deep.equal([[1]])
      const progress = await progressOf('counts')
      expect([progress?.unreadable, progress?.position]).to.deep.equal([nowhereText, undefined])
      await rebuild()
      await says(engine, '')
      add('a', 3)
      await caughtUp('counts', 'beside')
      expect([await rows('counts'), (await progressOf('counts'))?.unreadable]).to.deep.equal([expected(), undefined])
    })

    for (const text of [nowhereText, '', '7', 'nonsense']) {
      it(`is named at a start, also when it is the only one: '${text}'`, async () => {
        const { add, start, caughtUp, rebuild, rows, expected } = counting
        add('a', 1)
        const first = start()
        await caughtUp('counts')
        await first.stop()
        await spoil(text)
        const engine = start()
        await says(engine, unreadable.replace(nowhereText, text))
        expect((await rows()).map(({ history }) => history)).to.deep.equal([[1]])
        await rebuild()
        add('a', 2)
        await caughtUp('counts')
        await says(engine, '')
        expect([await rows(), (await stored()).map(({ generation }) => generation)]).to.deep.equal([expected(), [2]])
      })
    }

    it('is taken up again when somebody puts its place right', async () => {
      const { add, start, caughtUp, rows, expected } = counting
      add('a', 1)
      const engine = start()
      await caughtUp('counts')
      const [before] = await stored()
      await spoil(nowhereText)
      await says(engine, unreadable)
      await spoil(before?.position ?? '')
      add('a', 2)
      await caughtUp('counts')
      await says(engine, '')
      expect(await rows()).to.deep.equal(expected())
    })

    it('is built anew by itself all the same when it is of an older version', async () => {
      const { add, start, caughtUp, rows, expected } = counting
      add('a', 1)
      const old = start()
      await caughtUp('counts')
      await old.stop()
      await spoil(nowhereText)
      const engine = start([counters('counts', { version: 2 })])
      await caughtUp('counts')
      await says(engine, '')
      expect(await rows()).to.deep.equal(expected())
    })
  })
})
