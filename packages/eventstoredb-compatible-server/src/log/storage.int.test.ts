import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { open } from 'lmdb'
import { DamagedData } from './damaged-data.ts'
import { openLog } from './open-log.ts'

const binary = { keyEncoding: 'binary', encoding: 'binary' } as const
const record = {
  id: '00000000-0000-4000-8000-000000000001',
  type: 'Written',
  isJson: false,
  data: Buffer.from('data'),
  metadata: Buffer.alloc(0),
}

describe('a data directory of the log', () => {
  let directory = ''
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'event-store-storage-'))))
  afterEach(() => rmSync(directory, { recursive: true, force: true }))

  /** Changes the files behind the log's back. */
  const change = async (table: string, key: string, value: Buffer): Promise<void> => {
    const root = open<Buffer, Buffer>({
      path: directory,
      noSubdir: false,
      ...binary,
      overlappingSync: false,
      maxDbs: 8,
    })
    root.openDB<Buffer, Buffer>({ name: table, ...binary }).putSync(Buffer.from(key), value)
    await root.close()
  }
  const stored = async (table: string, key: string): Promise<Buffer> => {
    const root = open<Buffer, Buffer>({
      path: directory,
      noSubdir: false,
      ...binary,
      overlappingSync: false,
      maxDbs: 8,
    })
    const value = root.openDB<Buffer, Buffer>({ name: table, ...binary }).get(Buffer.from(key))
    await root.close()
    return value ?? Buffer.alloc(0)
  }
  const formatOf = (format: number): Buffer => Buffer.from([0, 0, 0, format])

  it('of the first format, without checksums, is read and written as before', async () => {
    await change('counters', 'format', formatOf(1))
    for (const before of [0, 1]) {
      const log = openLog({ directory })
      expect(log.readStream('s', 0n, 'forwards', 9).records.map(({ data }) => data.toString())).to.deep.equal(
        Array(before).fill('data'),
      )
      if (before === 0) await log.append('s', 'no_stream', [record])
      await log.close()
    }
  })

  it('of a format whose code believes the last revision beside the stream has it written there each time', async () => {
    const revisionBeside = async (format: number): Promise<bigint> => {
      rmSync(directory, { recursive: true })
      await change('counters', 'format', formatOf(format))
      for (const expected of ['no_stream', 0n] as const) {
        const log = openLog({ directory })
        expect(await log.append('s', expected, [record])).to.include({ kind: 'appended' })
        await log.close()
      }
      return (await stored('streams', 's')).readBigInt64BE(6)
    }
    expect([await revisionBeside(1), await revisionBeside(2), await revisionBeside(3)]).to.deep.equal([1n, 1n, 0n])
  })

  it('tells where to go on after each kind of write', async () => {
    const id = (n: number): string => `00000000-0000-4000-8000-00000000000${n}`
    const metadata = { ...record, type: '$metadata', isJson: true, data: Buffer.from('{"$maxCount":5}') }
    const positions: (bigint | undefined)[] = []
    const append = async (stream: string, ...records: readonly (typeof record)[]): Promise<void> => {
      const log = openLog({ directory })
      const answer = await log.append(stream, 'any', records)
      positions.push(answer.kind === 'appended' ? answer.position : undefined)
      await log.close()
    }
    await append('a', { ...record, id: id(1) })
    await append('$$only-metadata', { ...metadata, id: id(2) })
    await append('b', { ...record, id: id(3), data: Buffer.from('b') })
    await append('nothing')
    await append('nothing')
    await append('only-metadata', { ...record, id: id(4), data: Buffer.from('c') })
    await append('a', { ...record, id: id(5) })
    const log = openLog({ directory })
    const dataOf = (stream: string) =>
      log.readStream(stream, 0n, 'forwards', 9).records.map(({ revision, data }) => `${revision} ${data.toString()}`)
    expect(['a', 'b', 'only-metadata', 'nothing'].map(dataOf)).to.deep.equal([
      ['0 data', '1 data'],
      ['0 b'],
      ['0 c'],
      [],
    ])
    expect(positions).to.deep.equal([...positions].sort((x, y) => Number(x! - y!)))
    expect(new Set(positions).size).to.equal(7)
    await log.close()
  })

  it('is refused when its format is none', async () => {
    await openLog({ directory }).close()
    await change('counters', 'format', formatOf(0))
    expect(() => openLog({ directory })).to.throw('has format 0')
  })

  it('is refused when an entry is not what was written', async () => {
    await openLog({ directory }).close()
    await change('streams', 's', Buffer.alloc(43))
    expect(() => openLog({ directory })).to.throw(
      DamagedData,
      'an entry of "streams" under the key 73 is not what was written',
    )
  })

  it('that has lost its file does not pass for a new one', async () => {
    await openLog({ directory }).close()
    truncateSync(join(directory, 'data.mdb'))
    expect(() => openLog({ directory })).to.throw(
      DamagedData,
      'data.mdb is empty or gone; to begin anew, delete the whole directory',
    )
    rmSync(join(directory, 'data.mdb'))
    expect(() => openLog({ directory })).to.throw(DamagedData, 'data.mdb is empty or gone')
  })

  it('in whose first moments the power failed begins anew', async () => {
    for (const size of [0, 100, 8_192]) {
      writeFileSync(join(directory, 'data.mdb'), Buffer.alloc(size))
      const log = openLog({ directory })
      expect(log.head()).to.equal(-1n)
      await log.close()
      for (const name of ['data.mdb', 'event-store.txt']) rmSync(join(directory, name))
    }
  })
})
