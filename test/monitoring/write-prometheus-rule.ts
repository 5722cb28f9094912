// `npm run rules:kubernetes`: writes deploy/kubernetes/prometheus-rule/prometheus-rule.yaml.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { stringify } from 'yaml'
import { prometheusRule, prometheusRuleFile } from './prometheus-rule.ts'

const head = '# Made from deploy/prometheus/rules/ by `npm run rules:kubernetes`: change those.\n'
writeFileSync(prometheusRuleFile, head + stringify(prometheusRule(), { lineWidth: 0 }))
execFileSync(process.execPath, ['node_modules/oxfmt/bin/oxfmt', prometheusRuleFile], { stdio: 'inherit' })
