import { DamagedData } from '../damaged-data.ts'

/**
 * The pages of one list of free ones: how many numbers follow, then pages, and runs of pages as their length, negative, and the first of
 * them. @throws DamagedData also where a run is longer than a file whose last page this is
 */
export const freePagesOf = function* (list: Buffer, lastPage: number): Generator<number, void, undefined> {
  const room = Math.floor(list.length / 8) - 1
  const count = list.length < 8 ? -1n : list.readBigInt64LE(0)
  if (count < 0n || count > BigInt(room)) throw new DamagedData('a list of free pages is longer than it can be')
  let run = 1
  for (let index = 1; index <= room; index += 1) {
    const number = Number(list.readBigInt64LE(8 * index))
    if (number < -lastPage) throw new DamagedData('a run of free pages is longer than the file')
    if (number > 0) for (let page = number; page < number + run; page += 1) yield page
    run = number < 0 ? -number : 1
  }
}
