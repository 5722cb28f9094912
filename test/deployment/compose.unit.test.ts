import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { z } from 'zod'
import { commandApiConfig } from '../../command-api/config.ts'
import { consoleConfig } from '../../console/config.ts'
import { configSchema as paymentProviderConfig } from '../../embedded/payment-provider/config.ts'
import { readConfig } from '../../infrastructure/lifecycle/config.ts'
import { migrationsConfig } from '../../migrations/config.ts'
import { drainLimitMs } from '../../processors/drain-limits.ts'
import { processorsConfig } from '../../processors/config.ts'
import { projectionsConfig } from '../../projections/config.ts'
import { readApiConfig } from '../../read-api/config.ts'
import { root } from '../architecture/source-files.ts'
import { quickDurations } from '../../embedded/shop/settings.ts'
import { composeVariables, readCompose, readEnvFile } from './compose-file.ts'

const read = (name: string) => readFileSync(join(root, name), 'utf8')
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
  console: consoleConfig,
  migrate: migrationsConfig,
  'payment-provider': paymentProviderConfig,
}

const watching = ['prometheus', 'alertmanager', 'grafana', 'jaeger']
/** Those of ours that do not end by themselves. */
const running = Object.keys(schemas).filter((name) => name !== 'migrate')
const { version } = z.object({ version: z.string() }).parse(JSON.parse(read('package.json')))

describe('docker-compose.yml', () => {
  it('has every process, the stores, the mail catcher, and what watches them', () => {
    expect(Object.keys(services).sort()).to.deep.equal(
      [...Object.keys(schemas), 'eventstore', 'mailpit', 'postgres', ...watching].sort(),
    )
  })

  it('names every image by a whole version, ours by the version of the project', () => {
    for (const [name, { image = '' }] of Object.entries(services)) {
      if (name in schemas) expect(image, name).to.equal(`order-processing:${version}`)
      else expect(image, name).to.match(/:v?\d+\.\d+(\.\d+)?(-[a-z-]+)?$/)
    }
  })

  it('looks after the health of all that go on running, but of the viewer of traces', () => {
    const unchecked = Object.keys(services).filter((name) => services[name]?.healthcheck === undefined)
    expect(unchecked.sort()).to.deep.equal(['jaeger', 'migrate'])
  })

  it('asks our processes by a program that the image holds, where they answer that', () => {
    for (const name of running) {
      const { environment = {}, healthcheck } = services[name] ?? {}
      const port = environment['MANAGEMENT_PORT'] ?? environment['PAYMENT_PROVIDER_PORT']
      const [kind, node, program = '', url] = healthcheck?.test ?? []
      expect([kind, node, existsSync(join(root, program))], name).to.deep.equal(['CMD', 'node', true])
      expect(url, name).to.match(new RegExp(`^http://127.0.0.1:${port}/health/(ready|live)$`))
    }
  })

  it('lets our processes write nowhere but to what is mounted, and gives them no privilege', () => {
    for (const name of Object.keys(schemas)) {
      const { read_only: readOnly, cap_drop: dropped } = services[name] ?? {}
      expect({ name, readOnly, dropped }).to.deep.equal({ name, readOnly: true, dropped: ['ALL'] })
    }
  })

  it('mounts only files that are there', () => {
    const mounted = Object.values(services).flatMap(({ volumes }) =>
      volumes.map((volume) => volume.split(':')[0] ?? ''),
    )
    for (const path of mounted.filter((name) => name.startsWith('./')))
      expect(existsSync(join(root, path)), path).to.equal(true)
  })

  it('starts each process when the stores that it is told of are healthy, so that it is also stopped before them', () => {
    for (const name of Object.keys(schemas)) {
      const { environment = {}, depends_on: needs = {} } = services[name] ?? {}
      if ('EVENTSTORE_URL' in environment && name !== 'migrate')
        expect(needs['eventstore']?.condition, name).to.equal('service_healthy')
      if ('DATABASE_URL' in environment) expect(needs['postgres']?.condition, name).to.equal('service_healthy')
      if ('DATABASE_URL' in environment && name !== 'migrate')
        expect(needs['migrate']?.condition, name).to.equal('service_completed_successfully')
    }
  })

  it('gives the processors no port of this machine that a second one could not have too', () => {
    expect(services['processors']?.ports).to.deep.equal(['127.0.0.1::3003', '127.0.0.1::9000'])
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
    const published = Object.values(services)
      .flatMap(({ ports }) => ports.map((port) => port.split(':').at(-2)))
      .filter((port) => port !== '')
    expect(published).to.deep.equal([...new Set(published)])
  })

  it('publishes the ports that each process listens on', () => {
    for (const [name, { environment, ports }] of Object.entries(services)) {
      if (!(name in schemas)) continue
      const own = Object.entries(environment).filter(([variable]) => variable.endsWith('_PORT'))
      expect(ports.map((port) => port.split(':').at(-1)).sort(), name).to.deep.equal(own.map(([, port]) => port).sort())
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

  it('ends the demonstration in time with the lines that its page says, which are those of npm start', () => {
    const lines = Object.entries(quickDurations).map(([variable, value]) => `${variable}=${value}`)
    expect(read('docs/operations/compose.md')).to.include(`\n${lines.join('\n')}\n`)
  })

  it('refuses to start without the secret of the webhooks', () => {
    expect(() => readCompose({ ...example, PAYMENT_WEBHOOK_SECRET: '' })).to.throw('set PAYMENT_WEBHOOK_SECRET')
  })
})

describe('.env.example', () => {
  it("knows one password of compose's own database", () => {
    expect(new URL(example['DATABASE_URL'] ?? '').password).to.equal(example['POSTGRES_PASSWORD'])
  })

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

  it('is made into .env by the line that the pages say', () => {
    const line = /^# {3}(sed .*)$/m.exec(read('.env.example'))?.[1] ?? ''
    expect(line).not.to.equal('')
    for (const page of ['README.md', 'docs/operations/compose.md']) expect(read(page), page).to.include(`\n${line}\n`)
    const file = join(mkdtempSync(join(tmpdir(), 'env-')), '.env')
    execFileSync('sh', ['-c', line.replace(/\.env$/, `"${file}"`)], { cwd: root })
    const made = readEnvFile(file)
    for (const variable of marked) expect(made[variable], variable).to.match(/^[0-9a-f]{64}$/)
    expect({ ...made, ...Object.fromEntries(marked.map((variable) => [variable, ''])) }).to.deep.equal(example)
    rmSync(dirname(file), { recursive: true })
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
