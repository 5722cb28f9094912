import { createHash } from 'node:crypto'
import { createInterface } from 'node:readline'
import { openLog } from '../log/open-log.ts'
import { recordsIn } from './survived.ts'

/**
 * Opens the data directories named on standard input, one a line, and says on standard output what became of each: what is in it, once
 * before and once after one more append, or the error. A process of its own, since damaged files can end one.
 */
const digestOf = (records: Awaited<ReturnType<typeof recordsIn>>): string => {
  const hash = createHash('sha256')
  for (const { position, stream, revision, id, type, data } of records)
    hash.update(`${position} ${stream} ${revision} ${id} ${type} ${data.toString('hex')}\n`)
  return `${records.length} ${hash.digest('hex')}`
}

for await (const directory of createInterface(process.stdin)) {
  try {
    const before = await recordsIn(directory)
    const log = openLog({ directory })
    await log.append('after', 'any', [
      {
        id: '00000000-0000-4000-8000-000000000001',
        type: 'After',
        isJson: false,
        data: Buffer.alloc(9_000),
        metadata: Buffer.alloc(0),
      },
    ])
    await log.close()
    const after = await recordsIn(directory)
    if (after.length !== before.length + 1 || digestOf(after.slice(0, -1)) !== digestOf(before))
      throw new Error('one more append changed what was there')
    process.stdout.write(`${JSON.stringify({ found: digestOf(before) })}\n`)
  } catch (error) {
    process.stdout.write(
      `${JSON.stringify({ refused: error instanceof Error ? `${error.name}: ${error.message}` : String(error) })}\n`,
    )
  }
}
