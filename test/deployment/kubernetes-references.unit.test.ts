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
  ports: z.array(z.looseObject({ name: z.string(), targetPort: z.string() })),
})
const budgetSchema = z.looseObject({ selector: selectorSchema, maxUnavailable: z.int() })
const scalerSchema = z.looseObject({
  scaleTargetRef: z.object({ apiVersion: z.string(), kind: z.string(), name: z.string() }),
  minReplicas: z.int(),
})
const policySchema = z.looseObject({ podSelector: selectorSchema })

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

    it('let metrics be asked of every process, and names be looked up by all', () => {
      expect(namesOf(chosenBy(policy('metrics').podSelector, workloads))).to.deep.equal(namesOf(processes))
      expect(namesOf(chosenBy(policy('names').podSelector, workloads))).to.deep.equal(namesOf(workloads))
      expect(policy('nothing-else')).to.deep.include({ podSelector: { matchLabels: {}, matchExpressions: [] } })
    })
  })
}
