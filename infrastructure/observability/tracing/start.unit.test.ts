import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'

/** In a process of its own: what is loaded stays so, and an SDK is one for all that is in a process. */
const loadedBy = async (environment: Readonly<Record<string, string>>): Promise<string> => {
  const program = `
    import { registerHooks } from 'node:module'
    const loaded = []
    registerHooks({
      resolve(specifier, context, next) {
        if (specifier.startsWith('@opentelemetry/')) loaded.push(specifier)
        return next(specifier, context)
      },
    })
    const { z } = await import('zod')
    const { readConfig } = await import('./infrastructure/lifecycle/config.ts')
    const { silentLogger } = await import('./infrastructure/observability/logger.ts')
    const { tracingConfig } = await import('./infrastructure/observability/tracing/config.ts')
    const { startTracing } = await import('./infrastructure/observability/tracing/start.ts')
    // What is wrapped where tracing is on is there in any case.
    for (const name of ['traced-store', 'traced-handling', 'traced-handler', 'traced-batches'])
      await import('./infrastructure/observability/tracing/' + name + '.ts')
    const tracing = await startTracing('one', readConfig(z.object(tracingConfig), process.env), silentLogger)
    console.log(tracing === undefined ? 'off' : 'on', loaded.length > 0 ? 'loaded' : 'not loaded')
    await tracing?.close()`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: join(import.meta.dirname, '../../..'),
    env: { PATH: process.env['PATH'], ...environment },
  })
  return stdout.trim()
}

describe('tracing', () => {
  it('is off where nobody takes it, and then nothing of it is loaded', async () => {
    expect(await loadedBy({})).to.equal('off not loaded')
    expect(await loadedBy({ OTEL_EXPORTER_OTLP_ENDPOINT: '' })).to.equal('off not loaded')
  })

  it('is on where there is an endpoint', async function () {
    // All of OpenTelemetry is loaded for it.
    this.timeout(30_000)
    expect(await loadedBy({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' })).to.equal('on loaded')
  })
})
