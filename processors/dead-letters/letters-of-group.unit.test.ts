import { expect } from 'chai'
import { createRandom } from '../../test/simulation/random.ts'
import { firstOf, waitsBehindCode, type Letter } from './letter.ts'
import { createLettersOfGroup, type LettersOfGroup } from './letters-of-group.ts'

const letterOf = (number: number, key: string, revision: number, code = 'poison'): Letter => ({
  number: BigInt(number),
  eventId: `${key}-${revision}`,
  key,
  type: 'Happened',
  stream: `order-${key}`,
  revision: BigInt(revision),
  created: new Date(revision),
  code,
  parkedAt: new Date(0),
})

/** What is kept up to date as letters come and go, looked for from the beginning. */
const lookedFor = (letters: LettersOfGroup) => {
  const numbers = [...letters.numbers()].sort((one, other) => Number(one - other))
  const keys = new Set([...letters.all()].flatMap(({ key }) => (key === undefined ? [] : [key])))
  const inTurn = [...keys].filter((key) => firstOf(letters.ofKey(key))?.code === waitsBehindCode)
  return { oldest: numbers[0], inTurn: inTurn.sort() }
}
const kept = (letters: LettersOfGroup) => ({ oldest: letters.oldest(), inTurn: [...letters.keysInTurn()].sort() })

describe('the letters of a group', () => {
  it('say which is the oldest, and whose turn has come, whatever has come and gone', () => {
    const random = createRandom(7)
    const letters = createLettersOfGroup()
    const keys = ['a', 'b', 'c', 'd']
    let next = 0
    const turns = new Set<number>()
    for (let step = 0; step < 2_000; step += 1) {
      const number = BigInt(random.int(0, next))
      const code = random.chance(0.5) ? waitsBehindCode : 'poison'
      switch (random.int(0, 6)) {
        case 0:
        case 1:
        case 2:
          letters.add(letterOf((next += 1), random.pick(keys), random.int(0, 50), code))
          break
        case 3:
          letters.remove(number)
          break
        case 4:
          letters.change(number, { code })
          break
        case 5:
          letters.givenAgain(number, random.pick(keys))
          break
        default: {
          const rare = random.int(0, 10)
          if (rare < 2) letters.takeBackGivenAgain()
          else if (rare === 2) letters.removeBefore(number)
          else if (rare === 3) letters.change(number, { key: undefined, eventId: undefined })
        }
      }
      if (step % 3 === 0) expect(kept(letters), `step ${step}`).to.deep.equal(lookedFor(letters))
      turns.add([...letters.keysInTurn()].length)
    }
    // It was about something.
    expect([...turns].sort()).to.deep.equal([0, 1, 2, 3, 4])
  })

  it('that are given again have the code that they failed with meanwhile when they are letters as before', () => {
    const letters = createLettersOfGroup()
    letters.add(letterOf(0, 'a', 1, waitsBehindCode))
    letters.givenAgain(0n, 'a')
    letters.change(0n, { code: 'refund_not_found' })
    expect(letters.first('a')).to.equal(undefined)
    letters.takeBackGivenAgain()
    expect(letters.first('a')?.code).to.equal('refund_not_found')
  })

  it('find what an event waits behind without a look at each that waits', () => {
    const letters = createLettersOfGroup()
    letters.add(letterOf(0, 'a', 0))
    let looks = 0
    const counted = (number: number): Letter => ({
      ...letterOf(number, 'a', number),
      get stream() {
        looks += 1
        return 'order-a'
      },
    })
    for (let number = 1; number <= 2_000; number += 1) {
      letters.add(counted(number))
      const place = { stream: 'order-a', revision: BigInt(number + 1), created: new Date(0) }
      expect(letters.before('a', place, 'another')).to.include({ number: 0n })
    }
    expect(looks).to.be.at.most(3 * 2_000)
  })
})
