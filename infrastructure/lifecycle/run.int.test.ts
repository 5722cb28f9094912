import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect } from 'chai'

const runUrl = pathToFileURL(join(import.meta.dirname, 'run.ts')).href

describe('the life of a process', () => {
  let folder = ''
  const children: ChildProcess[] = []
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'run-'))
  })
  after(async () => {
    for (const child of children) if (child.exitCode === null) child.kill('SIGKILL')
    await rm(folder, { recursive: true, force: true })
  })

  const start = async (body: string, env: Record<string, string> = {}) => {
    const file = join(folder, `main-${children.length}.ts`)
    await writeFile(
      file,
      `import { run } from '${runUrl}'\nawait run('sample', { env: process.env, drainLimitMs: 5000 }, async (started) => {\n${body}\n})\n`,
    )
    const child = spawn(process.execPath, [file], {
      env: { LOG_FORMAT: 'json', ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    children.push(child)
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    const ended = once(child, 'close') as Promise<[number | null, string | null]>
    const until = async (text: string) => {
      while (!output.includes(text))
        await Promise.race([
          once(child.stdout, 'data'),
          ended.then(() => {
            throw new Error(`ended without "${text}": ${output}`)
          }),
        ])
    }
    return {
      child,
      until,
      ended: async () => {
        const [code, signal] = await ended
        return { code, signal, output }
      },
    }
  }

  const keeping = `
    const keep = (name) => started.with({ close: () => started.logger.info('closed ' + name) })
    await keep('store'); await keep('port')
    setInterval(() => undefined, 1000)
    started.logger.info('serving')
  `

  it('drains at SIGTERM: last first, exit 0', async () => {
    const { child, until, ended } = await start(keeping)
    await until('serving')
    child.kill('SIGTERM')
    const { code, output } = await ended()
    expect(code).to.equal(0)
    expect(output.indexOf('closed port')).to.be.greaterThan(-1).and.lessThan(output.indexOf('closed store'))
  })

  const goingOn = (milliseconds: number) => `
    await started.with({ close: () => started.logger.info('closed port') })
    setInterval(() => started.logger.info('still at work'), 5)
    started.leaving.addEventListener('abort', () => started.logger.info('says that it leaves'))
    started.signal.addEventListener('abort', () => started.logger.info('drains'))
    started.serving(${milliseconds})
    started.logger.info('serving')
  `

  it('goes on for a while when it is told to end, and drains then', async () => {
    const { child, until, ended } = await start(goingOn(200))
    await until('serving')
    child.kill('SIGTERM')
    const { code, output } = await ended()
    const [, after = ''] = output.split('says that it leaves')
    const [meanwhile = '', last = ''] = after.split('drains')
    expect([code, meanwhile.includes('still at work'), last.includes('closed port')]).to.deep.equal([0, true, true])
  })

  it('has no time for that when something fails meanwhile', async () => {
    const { child, until, ended } = await start(`${goingOn(600_000)}
      started.leaving.addEventListener('abort', () => setTimeout(() => started.fail(new Error('the loop ended')), 20))`)
    await until('serving')
    child.kill('SIGTERM')
    const { code, output } = await ended()
    expect(code).to.equal(1)
    expect(output).to.include('the loop ended').and.include('closed port')
  })

  it('ends where it stands at a second signal while it goes on', async () => {
    const { child, until, ended } = await start(goingOn(600_000))
    await until('serving')
    child.kill('SIGTERM')
    await until('says that it leaves')
    child.kill('SIGTERM')
    expect((await ended()).code).to.equal(143)
  })

  it('ends where it stands at the second signal', async () => {
    const { child, until, ended } = await start(`
      await started.with({ close: () => new Promise(() => undefined) })
      setInterval(() => undefined, 1000)
      started.logger.info('serving')
    `)
    await until('serving')
    child.kill('SIGINT')
    await until('shutting down')
    child.kill('SIGINT')
    expect((await ended()).code).to.equal(130)
  })

  it('says in one line why it could not start, undoes what was started, exits 1', async () => {
    const { ended } = await start(`
      await started.with({ close: () => started.logger.info('closed store') })
      throw new Error('no store at\\nesdb://nowhere')
    `)
    const { code, output } = await ended()
    const messages = output
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { message: string }).message)
    expect({ code, messages }).to.deep.equal({
      code: 1,
      messages: ['sample could not start: no store at esdb://nowhere', 'closed store'],
    })
  })

  it('ends loudly on a rejection that nobody handled', async () => {
    const { ended } = await start(`
      setInterval(() => undefined, 1000)
      void Promise.reject(new Error('forgotten'))
    `)
    const { code, output } = await ended()
    expect(code).to.equal(1)
    expect(output).to.include('unhandled error').and.include('forgotten')
  })

  it('ends when the pipe from its parent closes', async () => {
    const { child, until, ended } = await start(keeping, { EXIT_WITH_PARENT: '1' })
    await until('serving')
    child.stdin?.end()
    const { code, output } = await ended()
    expect(code).to.equal(0)
    expect(output).to.include('closed store')
  })

  it('undoes at once what was still starting when the signal came', async () => {
    const { child, until, ended } = await start(`
      setInterval(() => undefined, 1000)
      const undone = Promise.withResolvers()
      const close = () => { started.logger.info('closed slow'); undone.resolve() }
      const slow = new Promise((resolve) => started.signal.addEventListener('abort', () => setImmediate(() => resolve({ close }))))
      // What had started before waits for it: were it not undone at once, nothing would end.
      await started.with({ close: () => undone.promise })
      started.logger.info('starting')
      await started.with(slow)
    `)
    await until('starting')
    child.kill('SIGTERM')
    const { code, output } = await ended()
    expect(code).to.equal(0)
    expect(output).to.include('closed slow')
  })

  it('exits 1 when something fails that may not fail', async () => {
    const { ended } = await start(`${keeping}\n started.fail(new Error('the loop ended'))`)
    const { code, output } = await ended()
    expect(code).to.equal(1)
    expect(output).to.include('the loop ended').and.include('closed store')
  })
})
