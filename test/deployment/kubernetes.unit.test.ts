import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { z } from 'zod'
import { drainLimitMs } from '../../processors/drain-limits.ts'
import { root } from '../architecture/source-files.ts'
import { faultsOf } from './kubernetes-schemas.ts'
import { manifestsOf, overlays, workloadsOf } from './kubernetes-workloads.ts'
import { resolveKustomization, type Manifest } from './kustomize.ts'

const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))
/** As infrastructure/lifecycle/run.ts has it for all but the processors. */
const drainSeconds = (name: string) => (name === 'processors' ? drainLimitMs / 1_000 : 20)
/** A process that drained in its last second has to be heard of. */
const marginSeconds = 10

const namedFaults = (manifests: readonly Manifest[]) =>
  manifests.flatMap((manifest) =>
    faultsOf(manifest).map((fault) => `${manifest.kind} ${manifest.metadata.name}: ${fault}`),
  )

describe('the check of manifests', () => {
  const deployment = (container: object): Manifest => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'sample', labels: { any: 'label' } },
    spec: { selector: {}, template: { spec: { containers: [{ name: 'sample', ...container }] } } },
  })

  it('finds nothing in what the API knows', () => {
    expect(faultsOf(deployment({ image: 'x', resources: { limits: { memory: '1Gi' } } }))).to.deep.equal([])
  })

  it('finds a wrong type, a wrong name of a field, and a kind that it does not know', () => {
    expect(faultsOf(deployment({ image: 1 }))).to.have.length(1)
    expect(faultsOf(deployment({ livenessProbe: { periodSecond: 1 } }))).to.deep.equal([
      '/spec/template/spec/containers/0/livenessProbe/periodSecond is no field of it',
    ])
    expect(faultsOf({ ...deployment({}), kind: 'Deploiment' })).to.have.length(1)
  })
})

for (const overlay of overlays) {
  describe(`deploy/kubernetes/overlays/${overlay}`, () => {
    const manifests = manifestsOf(overlay)
    const workloads = workloadsOf(manifests)
    const processes = workloads.filter(({ kind }) => kind === 'Deployment')

    it('is as the schemas of the API want it', () => {
      expect(namedFaults(manifests)).to.deep.equal([])
    })

    it('has all processes, the migrations and the nightly comparison, of one version', () => {
      expect(workloads.map(({ name }) => name).sort()).to.deep.equal(
        [
          'command-api',
          'console',
          `migrate-${version.replaceAll('.', '-')}`,
          'processors',
          'projections',
          'read-api',
          'reconcile',
        ].sort(),
      )
      for (const { name, container } of workloads) expect(container.image, name).to.equal(`order-processing:${version}`)
    })

    it('starts programs that are there', () => {
      for (const { container } of workloads) {
        const [node, program = ''] = container.command
        expect(node).to.equal('node')
        expect(existsSync(join(root, program)), program).to.equal(true)
      }
    })

    it('keeps to what Kubernetes calls restricted, and reads its files only', () => {
      for (const { name, pod, container } of workloads) {
        expect(pod.securityContext, name).to.deep.equal({
          runAsNonRoot: true,
          runAsUser: 1000,
          runAsGroup: 1000,
          seccompProfile: { type: 'RuntimeDefault' },
        })
        expect(container.securityContext, name).to.deep.equal({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        })
        expect(pod.automountServiceAccountToken, name).to.equal(false)
      }
    })

    it('asks whether a process lives without asking for its stores, and whether it serves by itself', () => {
      for (const { name, container } of processes) {
        const { livenessProbe: live, startupProbe: started, readinessProbe: ready } = container
        expect(
          [live, started, ready].map((probe) => probe?.httpGet.path),
          name,
        ).to.deep.equal(['/health/live', '/health/live', '/health/ready'])
        for (const probe of [live, started, ready]) expect(probe?.httpGet.port, name).to.equal('management')
      }
    })

    it('gives a process the time that its end can take, with the delay before its drain', () => {
      const serving = manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'serving')
      const { SHUTDOWN_DELAY_SECONDS: delay } = z.record(z.string(), z.string()).parse(serving?.['data'])
      expect(Number(delay)).to.be.at.least(5)
      for (const { name, pod } of processes)
        expect(pod.terminationGracePeriodSeconds, name).to.be.at.least(
          Number(delay) + drainSeconds(name) + marginSeconds,
        )
    })
  })
}

for (const name of ['service-monitor', 'prometheus-rule']) {
  describe(`deploy/kubernetes/${name}`, () => {
    const manifests = resolveKustomization(join(root, 'deploy/kubernetes', name))

    it('is as the schemas of the API want it', () => {
      expect(namedFaults(manifests)).to.deep.equal([])
    })

    it('goes where the shop is', () => {
      const namespaces = manifests.map(({ metadata }) => metadata.namespace)
      expect(namespaces).to.deep.equal(['order-processing'])
    })
  })
}
