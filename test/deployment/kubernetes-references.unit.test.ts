import { expect } from 'chai'
import { z } from 'zod'
import { manifestsOf, overlays, workloadsOf, type Workload } from './kubernetes-workloads.ts'

const labels = z.record(z.string(), z.string())
const selectorSchema = z.object({
  matchLabels: labels.default({}),
  matchExpressions: z
    .array(z.strictObject({ key: z.string(), operator: z.literal('In'), values: z.array(z.string()) }))
    .default([]),
})
const serviceSchema = z.looseObject({
  selector: labels,
  ports: z.array(z.looseObject({ name: z.string(), port: z.int(), targetPort: z.string() })),
})
const budgetSchema = z.looseObject({ selector: selectorSchema, maxUnavailable: z.int() })
const scalerSchema = z.looseObject({
  scaleTargetRef: z.object({ apiVersion: z.string(), kind: z.string(), name: z.string() }),
  minReplicas: z.int(),
})
const policySchema = z.looseObject({ podSelector: selectorSchema })
const ports = z.array(z.object({ port: z.union([z.int(), z.string()]) }))
const towardsPods = z.array(z.strictObject({ podSelector: selectorSchema }))
const ingressSchema = z.tuple([z.strictObject({ from: towardsPods, ports })])
const egressSchema = z.tuple([z.strictObject({ to: towardsPods, ports })])
const settingsSchema = z.record(z.string(), z.string())

const chosenBy = (selector: z.infer<typeof selectorSchema>, workloads: readonly Workload[]) =>
  workloads.filter(
    (workload) =>
      Object.entries(selector.matchLabels).every(([key, value]) => workload.labels[key] === value) &&
      selector.matchExpressions.every(({ key, values }) => values.includes(workload.labels[key] ?? '')),
  )
const namesOf = (workloads: readonly Workload[]) => workloads.map(({ name }) => name).sort()

for (const overlay of overlays) {
  describe(`references in deploy/kubernetes/overlays/${overlay}`, () => {
    const manifests = manifestsOf(overlay)
    const workloads = workloadsOf(manifests)
    const processes = workloads.filter(({ kind }) => kind === 'Deployment')
    const ofKind = (wanted: string) => manifests.filter(({ kind }) => kind === wanted)
    const policy = (wanted: string) =>
      policySchema.parse(ofKind('NetworkPolicy').find(({ metadata }) => metadata.name === wanted)?.['spec'])
    const portOf = ({ container }: Workload, wanted: string) =>
      container.ports.find(({ name }) => name === wanted)?.containerPort

    it('all lead into one namespace, which is there', () => {
      const [namespace, ...others] = ofKind('Namespace').map(({ metadata }) => metadata.name)
      expect(others).to.deep.equal([])
      for (const { kind, metadata } of manifests)
        if (kind !== 'Namespace') expect(metadata.namespace, metadata.name).to.equal(namespace)
    })

    it('of each service lead to the process of its name, and to a port that it has', () => {
      expect(ofKind('Service')).to.have.length(processes.length)
      for (const { metadata, spec } of ofKind('Service')) {
        const { selector, ports } = serviceSchema.parse(spec)
        const chosen = chosenBy({ matchLabels: selector, matchExpressions: [] }, workloads)
        expect(namesOf(chosen)).to.deep.equal([metadata.name])
        for (const { targetPort } of ports)
          expect(chosen[0]?.container.ports.map(({ name }) => name)).to.include(targetPort)
      }
    })

    it('of the budgets for disruptions cover each process, and leave a node to be drained', () => {
      const covered = ofKind('PodDisruptionBudget').map(({ spec }) => budgetSchema.parse(spec))
      expect(covered.flatMap(({ selector }) => namesOf(chosenBy(selector, workloads))).sort()).to.deep.equal(
        namesOf(processes),
      )
      expect(covered.every(({ maxUnavailable }) => maxUnavailable === 1)).to.equal(true)
    })

    it('of what scales lead to processes that say no number of their own', () => {
      const scaled = ofKind('HorizontalPodAutoscaler').map(({ spec }) => scalerSchema.parse(spec))
      for (const { scaleTargetRef, minReplicas } of scaled) {
        const process = processes.find(({ name }) => name === scaleTargetRef.name)
        expect(process, scaleTargetRef.name).not.to.equal(undefined)
        expect(process?.replicas).to.equal(undefined)
        expect(minReplicas).to.be.at.least(2)
      }
      const single = processes.filter(
        ({ name, replicas = 1 }) => replicas < 2 && !scaled.some(({ scaleTargetRef }) => scaleTargetRef.name === name),
      )
      expect(namesOf(single)).to.deep.equal(overlay === 'many-nodes' ? [] : namesOf(processes))
    })

    it('let those reach a store who are told where it is, and nobody else', () => {
      const told = (variable: string) =>
        workloads.filter(({ container }) => container.env.some(({ name }) => name === variable))
      for (const [name, variable] of [
        ['event-store', 'EVENTSTORE_URL'],
        ['database', 'DATABASE_URL'],
      ] as const)
        expect(namesOf(chosenBy(policy(name).podSelector, workloads)), name).to.deep.equal(namesOf(told(variable)))
    })

    it('of the console lead to the services of the others, and to a port that each has', () => {
      const settings = settingsSchema.parse(
        ofKind('ConfigMap').find(({ metadata }) => metadata.name === 'console')?.['data'],
      )
      const targets = Object.entries(settings)
        .filter(([variable]) => variable.endsWith('_URL'))
        .map(([, url]) => new URL(url))
      expect(targets.map(({ hostname }) => hostname).sort()).to.deep.equal(
        namesOf(processes).filter((name) => name !== 'console'),
      )
      for (const { hostname, port } of targets) {
        const service = serviceSchema.parse(ofKind('Service').find(({ metadata }) => metadata.name === hostname)?.spec)
        const opened = service.ports.find(({ name }) => name === 'http')?.port
        expect(opened, hostname).to.equal(Number(port === '' ? '80' : port))
      }
    })

    it('let the console reach the others, on the ports of their routes, and let them be reached by it', () => {
      const others = processes.filter(({ name }) => name !== 'console')
      const { podSelector, ingress } = policy('from-console')
      const [{ from, ports: opened }] = ingressSchema.parse(ingress)
      expect(namesOf(chosenBy(podSelector, workloads))).to.deep.equal(namesOf(others))
      expect(from.flatMap((one) => namesOf(chosenBy(one.podSelector, workloads)))).to.deep.equal(['console'])
      expect(opened).to.deep.equal([{ port: 'http' }])

      const { podSelector: asking, egress } = policy('console')
      const [{ to, ports: asked }] = egressSchema.parse(egress)
      expect(namesOf(chosenBy(asking, workloads))).to.deep.equal(['console'])
      expect(to.flatMap((one) => namesOf(chosenBy(one.podSelector, workloads)))).to.deep.equal(namesOf(others))
      expect(asked.map(({ port }) => port).sort()).to.deep.equal(others.map((one) => portOf(one, 'http')).sort())
    })

    it('let every process that knows tokens fetch the keys of their issuer', () => {
      const knowTokens = processes.filter(({ container }) =>
        container.envFrom.some(({ configMapRef }) => configMapRef.name === 'tokens'),
      )
      const outside = namesOf(chosenBy(policy('outside').podSelector, workloads))
      expect(outside).to.include.members(namesOf(knowTokens))
    })

    it('let metrics be asked of every process, and names be looked up by all', () => {
      expect(namesOf(chosenBy(policy('metrics').podSelector, workloads))).to.deep.equal(namesOf(processes))
      expect(namesOf(chosenBy(policy('names').podSelector, workloads))).to.deep.equal(namesOf(workloads))
      expect(policy('nothing-else')).to.deep.include({ podSelector: { matchLabels: {}, matchExpressions: [] } })
    })
  })
}
