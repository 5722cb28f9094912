import { join } from 'node:path'
import { root } from '../architecture/source-files.ts'
import { ruleGroups } from './rule-files.ts'

export const prometheusRuleFile = join(root, 'deploy/kubernetes/prometheus-rule/prometheus-rule.yaml')

/** The rules of Prometheus for its operator: what deploy/prometheus/rules/ has, and nothing else. */
export const prometheusRule = () => ({
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'PrometheusRule',
  metadata: { name: 'order-processing', labels: { 'app.kubernetes.io/part-of': 'order-processing' } },
  spec: { groups: ruleGroups },
})
