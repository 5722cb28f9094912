import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { until } from '../support/until.ts'

const root = join(import.meta.dirname, '..', '..')

describe('a program that npm runs', () => {
  it('ends when npm is told to end, which ends its shell and tells nobody else', async () => {
    const npm = spawn('npm', ['run', '--silent', 'event-store', '--', '--port', '0', '--memory'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    npm.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    npm.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    // Comes when nobody holds the pipes any more: neither npm nor what it has started.
    const closed = once(npm, 'close')
    await until('the server is ready', () => output.includes('ready at') || undefined, { limitMs: 20_000 })
    npm.kill('SIGTERM')
    await closed
    expect(output).to.match(/^event-store: ready at [^\n]+\n/)
  }).timeout(60_000)

  it('is told once, and has the time that it needs to end', async () => {
    const shell = spawn('sh', ['-c', 'node bin/launch.mjs test/deployment/slow-to-end.ts; true'], {
      cwd: root,
      env: { ...process.env, npm_lifecycle_event: 'start' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    shell.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    const closed = once(shell, 'close')
    await until('the program is ready', () => output.includes('ready') || undefined, { limitMs: 20_000 })
    shell.kill('SIGTERM')
    await closed
    expect(output).to.equal('ready\ntold 1 time(s)\n')
  }).timeout(60_000)

  it('is compiled once, and not at each start: what was compiled is kept with the dependencies, or where the caller wants it', async () => {
    const { NODE_COMPILE_CACHE: _, ...environment } = process.env
    const kept = async (more: NodeJS.ProcessEnv = {}) => {
      const { stdout } = await promisify(execFile)('node', ['bin/launch.mjs', 'test/deployment/where-compiled.ts'], {
        cwd: root,
        env: { ...environment, ...more },
      })
      // Node makes a folder in it for each of its versions.
      return dirname(stdout.trim())
    }
    const elsewhere = mkdtempSync(join(tmpdir(), 'compiled-'))
    expect([await kept(), await kept({ NODE_COMPILE_CACHE: elsewhere })]).to.deep.equal([
      join(root, 'node_modules', '.cache', 'compiled'),
      elsewhere,
    ])
    rmSync(elsewhere, { recursive: true })
  }).timeout(60_000)
})
