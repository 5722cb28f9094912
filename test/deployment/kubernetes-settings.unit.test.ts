import { expect } from 'chai'
import { z } from 'zod'
import { commandApiConfig } from '../../command-api/config.ts'
import { consoleConfig } from '../../console/config.ts'
import { commonConfig, readConfig } from '../../infrastructure/lifecycle/config.ts'
import { migrationsConfig } from '../../migrations/config.ts'
import { providerCallsConfig, providerCallsNeeded } from '../../payment-providers/config.ts'
import { processorsConfig } from '../../processors/config.ts'
import { reconciliationConfig } from '../../processors/reconciliation/config.ts'
import { projectionsConfig } from '../../projections/config.ts'
import { readApiConfig } from '../../read-api/config.ts'
import { manifestsOf, overlays, workloadsOf } from './kubernetes-workloads.ts'

/** As processors/reconciliation/cli.ts reads it. */
const reconcileConfig = z
  .object({
    ...commonConfig,
    ...reconciliationConfig,
    ...providerCallsConfig,
    EVENTSTORE_URL: z.string().min(1),
    DATABASE_URL: z.string().min(1),
  })
  .check(providerCallsNeeded)

const schemas: Readonly<Record<string, z.ZodObject>> = {
  'command-api': commandApiConfig,
  'read-api': readApiConfig,
  processors: processorsConfig,
  projections: projectionsConfig,
  console: consoleConfig,
  migrate: migrationsConfig,
  reconcile: reconcileConfig,
}
/** What the operator's Secret holds. */
const secret: Readonly<Record<string, string>> = {
  EVENTSTORE_URL: 'esdb://shop:password@es-0:2113,es-1:2113,es-2:2113',
  DATABASE_URL: 'postgres://shop:password@db/shop?sslmode=verify-full',
  JWT_SECRET: 'x'.repeat(32),
  PAYMENT_WEBHOOK_SECRET: 'x'.repeat(32),
  STRIPE_SECRET_KEY: 'sk_test_123',
  STRIPE_WEBHOOK_SECRET: `whsec_${'x'.repeat(32)}`,
  SMTP_URL: 'smtps://shop:password@mail.example:465',
  TWILIO_AUTH_TOKEN: 'x'.repeat(32),
}
/** By these names a value is none to be read by everybody who may look at a ConfigMap. */
const isSecret = (name: string) => /SECRET|TOKEN|PASSWORD|^(EVENTSTORE|DATABASE|SMTP)_URL$|_KEY$/.test(name)

const configMapSchema = z.object({ data: z.record(z.string(), z.string()) })

for (const overlay of overlays) {
  describe(`settings in deploy/kubernetes/overlays/${overlay}`, () => {
    const manifests = manifestsOf(overlay)
    const configMaps = new Map(
      manifests
        .filter(({ kind }) => kind === 'ConfigMap')
        .map((manifest) => [manifest.metadata.name, configMapSchema.parse(manifest).data]),
    )
    const workloads = workloadsOf(manifests).map(({ labels, container }) => {
      const name = labels['app.kubernetes.io/name'] ?? ''
      const given = container.envFrom.map(({ configMapRef }) => configMaps.get(configMapRef.name))
      return { name, container, given, schema: schemas[name] ?? z.object({}) }
    })

    it('are of config maps that are there, each named by somebody', () => {
      expect(workloads.filter(({ given }) => given.includes(undefined))).to.deep.equal([])
      const named = workloads.flatMap(({ container }) => container.envFrom.map(({ configMapRef }) => configMapRef.name))
      expect([...configMaps.keys()].filter((name) => !named.includes(name))).to.deep.equal([])
    })

    it('have the address of the database where the page has it replaced by that of a login for each process', () => {
      const places = Object.fromEntries(
        workloads
          .map(({ name, container }) => [name, container.env.findIndex((one) => one.name === 'DATABASE_URL')] as const)
          .filter(([, place]) => place >= 0),
      )
      expect(places).to.deep.equal({ 'read-api': 0, migrate: 0, processors: 1, projections: 1, reconcile: 1 })
    })

    for (const { name, container, given, schema } of workloads) {
      const ofMaps = Object.fromEntries(given.flatMap((map) => Object.entries(map ?? {})))
      const ofSecret = Object.fromEntries(container.env.map((variable) => [variable.name, secret[variable.name] ?? '']))

      it(`give ${name} variables that it knows, none twice, and all that it needs`, () => {
        const names = [...given.flatMap((map) => Object.keys(map ?? {})), ...Object.keys(ofSecret)]
        expect(names.filter((variable) => !(variable in schema.shape))).to.deep.equal([])
        expect(names).to.deep.equal([...new Set(names)])
        expect(() => readConfig(schema, { ...ofMaps, ...ofSecret })).not.to.throw()
      })

      it(`let ${name} listen where its ports are named`, () => {
        const listening = Object.entries(ofMaps).filter(([variable]) => variable.endsWith('_PORT'))
        expect(container.ports.map(({ containerPort }) => String(containerPort)).sort()).to.deep.equal(
          listening.map(([, port]) => port).sort(),
        )
      })

      it(`have the secrets of ${name} from the operator's Secret alone`, () => {
        expect(Object.keys(ofMaps).filter(isSecret)).to.deep.equal([])
        for (const variable of container.env) {
          expect(isSecret(variable.name), variable.name).to.equal(true)
          expect(variable.valueFrom.secretKeyRef.name).to.equal('order-processing')
          expect(variable.valueFrom.secretKeyRef.key).to.equal(variable.name)
        }
      })

      it(`let the pod of ${name} start without those that it may be without`, () => {
        const needed = container.env
          .filter(({ valueFrom }) => !valueFrom.secretKeyRef.optional)
          .map((variable) => variable.name)
        expect(needed).to.deep.equal(Object.keys(ofSecret).filter((variable) => /^\w+_URL$/.test(variable)))
      })
    }
  })
}
