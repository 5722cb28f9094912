import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { root, sourceFiles } from '../architecture/source-files.ts'
import { noChromium } from '../browser/describe-in-browser.ts'
import { ownEventStoreOnly } from './own-event-store-only.ts'

const [begin, end] = ['<!-- own event store only -->', '<!-- end of own event store only -->']

describe('what cannot run on a server that somebody else runs', () => {
  const suites = sourceFiles().filter(
    ({ path, text }) =>
      /\.(int|e2e)\.test\.ts$/.test(path) &&
      /\/(own-event-store-only|event-store|store-for-suite|event-store-of-shop|running-shop)\.ts'/.test(text),
  )

  it('is listed in docs/real-servers.md, with the reason', () => {
    const text = readFileSync(join(root, 'docs', 'real-servers.md'), 'utf8')
    const rows = Object.entries(ownEventStoreOnly).map(([title, why]) => `| ${title} | ${why} |`)
    expect(text.slice(text.indexOf(begin) + begin.length, text.indexOf(end)).trim()).to.equal(
      ['| test | why |', '| --- | --- |', ...rows].join('\n'),
    )
  })

  it('is what the suites leave out there, and nothing else', async function () {
    this.timeout(60_000)
    const { EVENTSTORE_COMMAND: _command, ...inherited } = process.env
    const files = suites.map(({ path }) => path)
    expect(files).to.include.members([
      'test/contract/event-store.int.test.ts',
      'test/end-to-end/killed.e2e.test.ts',
      'test/end-to-end/npm-start.e2e.test.ts',
    ])
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['node_modules/mocha/bin/mocha.js', '--extension', 'ts', '--dry-run', '--reporter', 'json', '--exit', ...files],
      { cwd: root, env: { ...inherited, EVENTSTORE_URL: 'esdb://127.0.0.1:1?tls=false' }, maxBuffer: 10_000_000 },
    )
    const { pending, passes } = JSON.parse(stdout) as Record<'pending' | 'passes', { title: string }[]>
    expect(pending.flatMap(({ title }) => (title === noChromium ? [] : title)).sort()).to.deep.equal(
      Object.entries(ownEventStoreOnly)
        .map(([title, why]) => `${title} (not with EVENTSTORE_URL: it ${why})`)
        .sort(),
    )
    expect(passes).to.have.length.greaterThan(30)
  })

  it('is never found out only while they run', () => {
    expect(suites.filter(({ text }) => /\.skip\(/.test(text)).map(({ path }) => path)).to.deep.equal([])
  })
})
