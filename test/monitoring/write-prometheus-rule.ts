// `npm run rules:kubernetes`: writes deploy/kubernetes/prometheus-rule/prometheus-rule.yaml.
import { writeFileSync } from 'node:fs'
import { format, resolveConfig } from 'prettier'
import { stringify } from 'yaml'
import { prometheusRule, prometheusRuleFile } from './prometheus-rule.ts'

const head = '# Made from deploy/prometheus/rules/ by `npm run rules:kubernetes`: change those.\n'
const options = await resolveConfig(prometheusRuleFile)
const text = head + stringify(prometheusRule(), { lineWidth: 0 })
writeFileSync(prometheusRuleFile, await format(text, { ...options, filepath: prometheusRuleFile }))
