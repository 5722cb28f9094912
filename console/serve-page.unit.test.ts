import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { consoleUnderTest } from '../test/console/console.ts'
import { served, type Served } from '../test/console/event-stream.ts'
import { callerOf } from '../test/specifications/api.ts'
import { readPageFiles } from './page-files.ts'

describe('the page of the console', () => {
  const folder = mkdtempSync(join(tmpdir(), 'page-'))
  const script = `export const long = '${'x'.repeat(2_000)}'\n`
  let place: Served
  before(async () => {
    mkdirSync(join(folder, 'parts'))
    writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Here</title>')
    writeFileSync(join(folder, 'parts', 'long.js'), script)
    writeFileSync(join(folder, 'parts', 'long.0123abcd.js'), script)
    writeFileSync(join(folder, 'notes.ts'), 'const secret = 1')
    const page = await readPageFiles(folder, { '/vendor/other.js': join(folder, 'parts', 'long.js') })
    place = await served(consoleUnderTest({ page }))
  })
  after(async () => {
    await place.close()
    rmSync(folder, { recursive: true })
  })

  it('lets nothing in that does not lie here, and nothing that is written into it', async () => {
    const { status, headers } = await fetch(place.url)
    expect([status, headers.get('content-type')]).to.deep.equal([200, 'text/html; charset=utf-8'])
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).to.contain("default-src 'none'").and.contain("connect-src 'self'").and.not.contain('unsafe')
    expect(headers.get('x-content-type-options')).to.equal('nosniff')
  })

  it('is compressed for who takes it, and sent once as long as it is the same', async () => {
    const address = `${place.url}/parts/long.js`
    const packed = await callerOf(place.url).get('/parts/long.js', { 'Accept-Encoding': 'br, gzip' }).answers(200)
    expect([packed.headers['content-encoding'], Number(packed.headers['content-length']) < 100]).to.deep.equal([
      'br',
      true,
    ])
    const plain = await fetch(address, { headers: { 'Accept-Encoding': 'identity' } })
    expect([plain.headers.get('content-encoding'), await plain.text()]).to.deep.equal([null, script])
    expect(plain.headers.get('cache-control')).to.equal('no-cache')
    const again = await fetch(address, { headers: { 'If-None-Match': plain.headers.get('etag') ?? '' } })
    expect(again.status).to.equal(304)
  })

  it('is kept for good where its name says what it holds', async () => {
    const { headers } = await fetch(`${place.url}/parts/long.0123abcd.js`)
    expect(headers.get('cache-control')).to.equal('public, max-age=31536000, immutable')
  })

  it('has what lies elsewhere under its own address, and nothing that is not for browsers', async () => {
    expect((await fetch(`${place.url}/vendor/other.js`)).status).to.equal(200)
    for (const path of ['/notes.ts', '/parts', '/index.htm'])
      await callerOf(place.url).get(path).isRefused(404, 'not_found')
  })
})
