import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule'
import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor'
import { Deployment } from 'kubernetes-models/apps/v1/Deployment'
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler'
import { CronJob } from 'kubernetes-models/batch/v1/CronJob'
import { Job } from 'kubernetes-models/batch/v1/Job'
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget'
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap'
import { Namespace } from 'kubernetes-models/v1/Namespace'
import { Service } from 'kubernetes-models/v1/Service'
import type { Manifest } from './kustomize.ts'

const models = [
  ConfigMap,
  CronJob,
  Deployment,
  HorizontalPodAutoscaler,
  Job,
  Namespace,
  NetworkPolicy,
  PodDisruptionBudget,
  PrometheusRule,
  Service,
  ServiceMonitor,
]

/** A view of a manifest that notes which of its fields are never looked at. */
const watched = (value: unknown, path: string, unread: Set<string>): unknown => {
  if (typeof value !== 'object' || value === null) return value
  const inner = new Map<string, unknown>()
  for (const key of Object.keys(value)) {
    if (!Array.isArray(value)) unread.add(`${path}/${key}`)
    inner.set(key, watched((value as Record<string, unknown>)[key], `${path}/${key}`, unread))
  }
  return new Proxy(value, {
    get(whole, key, receiver) {
      if (typeof key !== 'string' || !inner.has(key)) return Reflect.get(whole, key, receiver) as unknown
      unread.delete(`${path}/${key}`)
      return inner.get(key)
    },
  })
}

/**
 * What the API's schema has against a manifest: what is wrong, and fields that it does not know. The schemas themselves let unknown fields
 * pass, as the API does, which drops them; but a field that no check ever looked at is one that the schema does not have.
 */
export const faultsOf = (manifest: Manifest): readonly string[] => {
  const model = models.find(({ apiVersion, kind }) => apiVersion === manifest.apiVersion && kind === manifest.kind)
  if (model === undefined) return [`there is no schema for ${manifest.apiVersion} ${manifest.kind}`]
  const unread = new Set<string>()
  try {
    model.prototype.validate.call(watched(manifest, '', unread) as InstanceType<typeof model>)
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
  return [...unread].map((path) => `${path} is no field of it`)
}
