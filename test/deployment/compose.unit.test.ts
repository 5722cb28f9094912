import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { z } from 'zod'
import { commandApiConfig } from '../../command-api/config.ts'
import { configSchema as paymentProviderConfig } from '../../embedded/payment-provider/config.ts'
import { readConfig } from '../../infrastructure/lifecycle/config.ts'
import { migrationsConfig } from '../../migrations/config.ts'
import { drainLimitMs } from '../../processors/drain-limits.ts'
import { processorsConfig } from '../../processors/config.ts'
import { projectionsConfig } from '../../projections/config.ts'
import { readApiConfig } from '../../read-api/config.ts'
import { root } from '../architecture/source-files.ts'
import { composeVariables, readCompose, readEnvFile } from './compose-file.ts'

const example = readEnvFile('.env.example')
/** What is marked to be set; in the example it is empty, since everybody knows the example. */
const marked = ['JWT_SECRET', 'PAYMENT_WEBHOOK_SECRET']
const services = readCompose({
  ...example,
  ...Object.fromEntries(marked.map((variable) => [variable, 'x'.repeat(32)])),
})

const schemas: Readonly<Record<string, z.ZodObject>> = {
  'command-api': commandApiConfig,
  'read-api': readApiConfig,
  processors: processorsConfig,
  projections: projectionsConfig,
  migrate: migrationsConfig,
  'payment-provider': paymentProviderConfig,
}

describe('docker-compose.yml', () => {
  it('has every process, the stores and the mail catcher', () => {
    expect(Object.keys(services).sort()).to.deep.equal(
      [...Object.keys(schemas), 'eventstore', 'mailpit', 'postgres'].sort(),
    )
  })

  for (const [name, schema] of Object.entries(schemas)) {
    it(`gives ${name} only variables that it knows, and all that it needs`, () => {
      const environment = services[name]?.environment ?? {}
      expect(Object.keys(environment).filter((variable) => !(variable in schema.shape))).to.deep.equal([])
      expect(() => readConfig(schema, environment)).not.to.throw()
    })

    it(`starts a program for ${name} that is there, and that the image holds`, () => {
      const program = services[name]?.command?.[1] ?? ''
      expect(existsSync(join(root, program)), program).to.equal(true)
    })
  }

  it('uses no port of this machine twice', () => {
    const published = Object.values(services).flatMap(({ ports }) => ports.map((port) => port.split(':').at(-2)))
    expect(published).to.deep.equal([...new Set(published)])
  })

  it('publishes the ports that each process listens on', () => {
    for (const [name, { environment, ports }] of Object.entries(services)) {
      if (!(name in schemas)) continue
      const own = Object.entries(environment).filter(([variable]) => variable.endsWith('_PORT'))
      expect(ports.map((port) => port.split(':').at(-1)).sort(), name).to.deep.equal(own.map(([, port]) => port).sort())
    }
  })

  it('asks a process for its health where it answers that', () => {
    for (const [name, { environment, healthcheck }] of Object.entries(services)) {
      const port = environment['MANAGEMENT_PORT']
      if (port !== undefined) expect(healthcheck?.test.at(-1), name).to.include(`127.0.0.1:${port}/health/live`)
    }
  })

  it('gives each process the time that it needs for its end', () => {
    for (const [name, { environment, stop_grace_period: grace }] of Object.entries(services)) {
      const delay = environment['SHUTDOWN_DELAY_SECONDS']
      if (delay === undefined) continue
      expect(Number(grace?.replace(/s$/, '')), name).to.be.at.least(Number(delay) + drainLimitMs / 1_000 + 2)
    }
  })

  it('waits only for what is there, and for health only where health is checked', () => {
    for (const [name, { depends_on: needs }] of Object.entries(services)) {
      for (const [needed, { condition }] of Object.entries(needs)) {
        expect(services[needed], `${name} needs ${needed}`).not.to.equal(undefined)
        if (condition === 'service_healthy') expect(services[needed]?.healthcheck, needed).not.to.equal(undefined)
      }
    }
  })

  it('keeps the standard projections off, and the stream browser on', () => {
    const { environment = {} } = services['eventstore'] ?? {}
    expect(environment['EVENTSTORE_RUN_PROJECTIONS']).to.equal('None')
    expect(environment['EVENTSTORE_START_STANDARD_PROJECTIONS']).to.equal('false')
    expect(environment['EVENTSTORE_ENABLE_ATOM_PUB_OVER_HTTP']).to.equal('true')
  })

  it('refuses to start without the secret of the webhooks', () => {
    expect(() => readCompose({ ...example, PAYMENT_WEBHOOK_SECRET: '' })).to.throw('set PAYMENT_WEBHOOK_SECRET')
  })
})

describe('.env.example', () => {
  it('names every variable of the compose file', () => {
    expect(composeVariables().filter((name) => !(name in example))).to.deep.equal([])
  })

  it('has a say in every variable but where each process listens, which the compose file has settled', () => {
    const asked = composeVariables()
    expect(
      Object.keys(example).filter((name) => !asked.includes(name) && name !== 'HOST' && !name.endsWith('_PORT')),
    ).to.deep.equal([])
  })

  it('holds no secret that everybody would know, and a process without one does not start', () => {
    expect(marked.map((variable) => example[variable])).to.deep.equal(['', ''])
    const { environment = {} } = readCompose({ ...example, PAYMENT_WEBHOOK_SECRET: 'x'.repeat(32) })['read-api'] ?? {}
    expect(() => readConfig(readApiConfig, environment)).to.throw('set JWT_SECRET or JWT_JWKS_URL')
  })

  it('names every variable that a process knows, and none besides', () => {
    const known = new Set([
      ...Object.values(schemas).flatMap((schema) => Object.keys(schema.shape)),
      'POSTGRES_PASSWORD',
    ])
    known.delete('EXIT_WITH_PARENT')
    expect(Object.keys(example).sort()).to.deep.equal([...known].sort())
  })
})
