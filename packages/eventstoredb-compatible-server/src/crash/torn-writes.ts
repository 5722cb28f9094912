import type { Random } from '../testing/random.ts'
import { openCopies, takePictures, type Fate, type Pictures } from './copies.ts'

const PAGE = 4_096
const SECTOR = 512

/** A file that something happened to, and what may be found in it: the state before the last append, after it, or nothing but an error. */
type Case = { readonly what: string; readonly file: Buffer; readonly may: readonly ('before' | 'after' | 'refused')[] }

/** Runs rounds of all kinds of damage; throws at the first copy that is opened with anything in it that may not be. How often each came out so. */
export const tear = async (random: Random, rounds: number): Promise<Readonly<Record<string, number>>> => {
  const outcomes: Record<string, number> = {}
  for (let round = 0; round < rounds; round += 1) {
    const pictures = await takePictures(random)
    const cases = [...powerCuts(random, pictures), ...cuts(random, pictures), ...damages(random, pictures)]
    const [before, after, ...fates] = await openCopies([
      pictures.before,
      pictures.after,
      ...cases.map(({ file }) => file),
    ])
    cases.forEach(({ what, may }, index) => {
      const fate = fates[index]
      const outcome = fate === undefined ? 'nothing' : outcomeOf(fate, before, after)
      if (!may.some((one) => one === outcome))
        throw new Error(`round ${round}, ${what}: ${outcome}, not ${may.join(' or ')}: ${JSON.stringify(fate)}`)
      const key = `${what.split(' at ')[0]}: ${outcome}`
      outcomes[key] = (outcomes[key] ?? 0) + 1
    })
  }
  return outcomes
}

const outcomeOf = (fate: Fate, before: Fate | undefined, after: Fate | undefined): string => {
  if ('refused' in fate) return fate.refused.startsWith('DamagedData: ') ? 'refused' : `refused without saying why`
  if (after !== undefined && 'found' in after && fate.found === after.found) return 'after'
  return before !== undefined && 'found' in before && fate.found === before.found ? 'before' : 'something else'
}

/**
 * The power fails while the last append is being written. First any part of its pages may have come to the disk, in any order, a
 * sector at a time; only when they are all there its meta page is written, of which a beginning may have come.
 */
const powerCuts = (random: Random, { before, after }: Pictures): readonly Case[] => {
  const some = (share: number): Buffer => {
    const file = Buffer.alloc(after.length)
    before.copy(file)
    for (let at = 2 * PAGE; at < after.length; at += SECTOR)
      if (random.chance(share)) after.copy(file, at, at, at + SECTOR)
    return file
  }
  const slot = [0, PAGE].find((at) => !before.subarray(at, at + PAGE).equals(after.subarray(at, at + PAGE))) ?? 0
  const torn = some(1)
  before.copy(torn, 0, 0, 2 * PAGE)
  const length = random.int(0, 24) * 8
  after.copy(torn, slot, slot, slot + length)
  const partly = some(random.next())
  return [
    { what: 'pages partly written', file: partly, may: ['before'] },
    {
      what: 'pages partly written, the end missing',
      file: partly.subarray(0, random.int(before.length, after.length)),
      may: ['before'],
    },
    { what: `meta page partly written at ${length}`, file: torn, may: ['before', 'after'] },
    { what: 'meta page written as nothing', file: filled(after, slot, PAGE), may: ['before'] },
  ]
}

const cuts = (random: Random, { after }: Pictures): readonly Case[] => {
  const places = [
    0,
    random.int(1, PAGE - 1),
    PAGE,
    2 * PAGE,
    random.int(2 * PAGE, after.length - 1),
    random.int(2, after.length / PAGE - 1) * PAGE,
    after.length - 1,
  ]
  return places.map((length) => ({
    what: `cut off at ${length}`,
    file: after.subarray(0, length),
    may: ['after', 'refused'],
  }))
}

/** What lmdb's file is not safe from; a meta page that cannot be recognised any more looks like one that was never written. */
const damages = (random: Random, { after }: Pictures): readonly Case[] => {
  const place = (): number => random.int(2 * PAGE, after.length - 1)
  const page = random.int(2, after.length / PAGE - 1) * PAGE
  const flips = Array.from({ length: 12 }, (): Case => {
    const at = place()
    return { what: `a bit turned over at ${at}`, file: flipped(after, at, random.int(0, 7)), may: ['after', 'refused'] }
  })
  const metaAt = random.int(0, 1) * PAGE + random.int(0, 170)
  return [
    ...flips,
    {
      what: `a bit of a meta page turned over at ${metaAt}`,
      file: flipped(after, metaAt, random.int(0, 7)),
      may: ['after', 'before', 'refused'],
    },
    { what: `a page of nothing at ${page}`, file: filled(after, page, PAGE), may: ['after', 'refused'] },
    { what: 'the last page of nothing', file: filled(after, after.length - PAGE, PAGE), may: ['after', 'refused'] },
    {
      what: `a sector of nothing at ${page}`,
      file: filled(after, page + random.int(0, 7) * SECTOR, SECTOR),
      may: ['after', 'refused'],
    },
    {
      what: `a page in the place of another at ${page}`,
      file: moved(after, random.int(2, after.length / PAGE - 1) * PAGE, page),
      may: ['after', 'refused'],
    },
  ]
}

const flipped = (file: Buffer, at: number, bit: number): Buffer => {
  const copy = Buffer.from(file)
  copy.writeUInt8(copy.readUInt8(at) ^ (1 << bit), at)
  return copy
}

const filled = (file: Buffer, at: number, length: number): Buffer => Buffer.from(file).fill(0, at, at + length)

const moved = (file: Buffer, from: number, to: number): Buffer => {
  const copy = Buffer.from(file)
  file.copy(copy, to, from, from + PAGE)
  return copy
}
