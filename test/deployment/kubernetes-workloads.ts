import { join } from 'node:path'
import { z } from 'zod'
import { root } from '../architecture/source-files.ts'
import { resolveKustomization, type Manifest } from './kustomize.ts'

export const overlays = ['one-node', 'many-nodes'] as const

export const manifestsOf = (overlay: string): readonly Manifest[] =>
  resolveKustomization(join(root, 'deploy/kubernetes/overlays', overlay))

const probe = z.looseObject({ httpGet: z.object({ path: z.string(), port: z.string() }) })
const containerSchema = z.looseObject({
  name: z.string(),
  image: z.string(),
  command: z.array(z.string()),
  ports: z.array(z.object({ name: z.string(), containerPort: z.int() })).default([]),
  envFrom: z.array(z.strictObject({ configMapRef: z.object({ name: z.string() }) })).default([]),
  env: z
    .array(
      z.strictObject({
        name: z.string(),
        valueFrom: z.object({
          secretKeyRef: z.object({ name: z.string(), key: z.string(), optional: z.boolean().default(false) }),
        }),
      }),
    )
    .default([]),
  livenessProbe: probe.optional(),
  readinessProbe: probe.optional(),
  startupProbe: probe.optional(),
  securityContext: z.unknown(),
  resources: z.object({
    requests: z.object({ cpu: z.string(), memory: z.string() }),
    limits: z.strictObject({ memory: z.string() }),
  }),
})
export type Container = z.infer<typeof containerSchema>

const podSchema = z.object({
  metadata: z.object({ labels: z.record(z.string(), z.string()) }),
  spec: z.looseObject({
    automountServiceAccountToken: z.boolean(),
    securityContext: z.unknown(),
    terminationGracePeriodSeconds: z.int().default(30),
    containers: z.tuple([containerSchema]),
  }),
})
const deploymentSchema = z.looseObject({ replicas: z.int().optional(), template: podSchema })
const cronJobSchema = z.looseObject({ jobTemplate: z.object({ spec: z.looseObject({ template: podSchema }) }) })

export type Workload = {
  readonly kind: string
  readonly name: string
  readonly replicas: number | undefined
  readonly labels: Readonly<Record<string, string>>
  readonly pod: z.infer<typeof podSchema>['spec']
  readonly container: Container
}

/** What of the manifests runs a program. */
export const workloadsOf = (manifests: readonly Manifest[]): readonly Workload[] =>
  manifests.flatMap(({ kind, metadata: { name }, spec }) => {
    if (!['Deployment', 'Job', 'CronJob'].includes(kind)) return []
    const { template, replicas } =
      kind === 'CronJob'
        ? { ...cronJobSchema.parse(spec).jobTemplate.spec, replicas: undefined }
        : deploymentSchema.parse(spec)
    return [
      {
        kind,
        name,
        replicas,
        labels: template.metadata.labels,
        pod: template.spec,
        container: template.spec.containers[0],
      },
    ]
  })
