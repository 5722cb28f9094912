import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect } from 'chai'
import { installPacked, type Installed } from './installed.ts'

/** Appends an event and reads it back, then prints what it read. */
const talk = `
const talk = async (url) => {
  const client = EventStoreDBClient.connectionString(url)
  await client.appendToStream('greetings', jsonEvent({ type: 'Greeted', data: { whom: 'world' } }))
  for await (const { event } of client.readStream('greetings')) console.log(event.type, event.data.whom, String(event.revision))
  await client.dispose()
}
`
const greeted = 'Greeted world 0\n'

describe('the package, packed and installed where nothing else is', function () {
  this.timeout(120_000)
  let installed: Installed
  before(async () => {
    installed = await installPacked()
  })
  after(() => {
    installed.remove()
  })

  it('is JavaScript with declarations, and no test of ours', () => {
    expect(installed.files).to.include.members(['dist/main.js', 'dist/server.js', 'dist/server.d.ts', 'README.md'])
    const code = installed.files.filter((file) => !file.endsWith('.md') && file !== 'package.json')
    expect(code.filter((file) => !/^dist\/.*\.(js|d\.ts)$/.test(file) || /test/.test(file))).to.deep.equal([])
  })

  it('is started by its API from an ES module', async () => {
    const printed = await installed.run(
      'api.mjs',
      `
      import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
      import { startEventStore } from '${installed.name}'
      ${talk}
      const server = await startEventStore({ port: 0, data: 'memory' })
      await talk(server.url)
      await server.stop()
    `,
    )
    expect(printed).to.equal(greeted)
  })

  it('is started by its API from CommonJS', async () => {
    const printed = await installed.run(
      'api.cjs',
      `
      const { EventStoreDBClient, jsonEvent } = require('@eventstore/db-client')
      const { startEventStore } = require('${installed.name}')
      ${talk}
      startEventStore({ port: 0, data: 'memory' }).then((server) => talk(server.url).then(() => server.stop()))
    `,
    )
    expect(printed).to.equal(greeted)
  })

  it('is started by its command, for a client of either kind', async () => {
    const server = spawn(installed.command, ['--port', '0', '--memory'], {
      env: installed.environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(server, 'exit')
    try {
      const said = once(createInterface({ input: server.stdout }), 'line')
      const [line] = (await Promise.race([
        said,
        ended.then((how) => [`it ended before it was ready: ${how.join(' ')}`]),
      ])) as [string]
      const url = /esdb:\S+?tls=false/.exec(line)?.[0]
      expect(url, line).to.be.a('string')
      const [module, commonJs] = [
        await installed.run(
          'client.mjs',
          `import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'\n${talk}\nawait talk('${url}')`,
        ),
        await installed.run(
          'client.cjs',
          `const { EventStoreDBClient, jsonEvent } = require('@eventstore/db-client')\n${talk}\ntalk('${url}')`,
        ),
      ]
      expect([module, commonJs]).to.deep.equal([greeted, `${greeted}Greeted world 1\n`])
    } finally {
      server.kill('SIGTERM')
    }
    expect(await ended).to.deep.equal([0, null])
  })

  it('has faults only behind the export that says it is for tests', async () => {
    const printed = await installed.run(
      'faults.mjs',
      `
      import * as api from '${installed.name}'
      import { startControlledEventStore } from '${installed.name}/testing'
      import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
      const server = await startControlledEventStore({ port: 0, data: 'memory' })
      server.faults.refuse('append', 8, 'no more of these')
      const client = EventStoreDBClient.connectionString(server.url)
      const refused = await client.appendToStream('s', jsonEvent({ type: 'T', data: {} })).then(() => 'taken', (error) => error.message)
      console.log(Object.keys(api).join(), refused)
      await client.dispose()
      await server.stop()
    `,
    )
    expect(printed).to.match(/^startEventStore .*no more of these\n$/)
  })

  it('is known to TypeScript, by declarations that stand alone', async () => {
    const typescript = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc')
    const complaints = await installed
      .run(
        'typed.ts',
        `
      import { startEventStore, type EventStore, type EventStoreOptions } from '${installed.name}'
      import { startControlledEventStore } from '${installed.name}/testing'
      const options: EventStoreOptions = { port: 0, data: 'memory' }
      export const started: Promise<EventStore> = startEventStore(options)
      export const url: Promise<string> = startControlledEventStore(options).then(({ faults, url }) => { faults.deliverTwice(); return url })
      // @ts-expect-error: a port is a number
      export const wrong = startEventStore({ port: '0', data: 'memory' })
    `,
        typescript,
        '--noEmit',
        '--strict',
        '--module',
        'nodenext',
        '--target',
        'es2024',
      )
      .then(
        () => '',
        ({ stdout }: { stdout: string }) => stdout,
      )
    // Declarations of others, lmdb's among them, do not all hold; that is theirs.
    const ours = complaints
      .split('\n')
      .filter((line) => /^\S/.test(line) && (!line.startsWith('node_modules/') || line.includes(installed.name)))
    expect(ours).to.deep.equal([])
  })

  it('can not be published by accident', () => {
    expect(JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8'))).to.include({
      private: true,
      license: 'UNLICENSED',
    })
  })
})
