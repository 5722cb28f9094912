import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { root } from '../architecture/source-files.ts'

const rulesFolder = join(root, 'deploy', 'prometheus', 'rules')
const casesFolder = join(root, 'test', 'monitoring', 'rules')
export const prometheusFile = join(root, 'deploy', 'prometheus', 'prometheus.yml')

const inFolder = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.yml'))
    .sort()
    .map((name) => join(folder, name))

export const ruleFiles = inFolder(rulesFolder)
/** What `promtool test rules` is given. */
export const caseFiles = inFolder(casesFolder)

const ruleSchema = z.union([
  z.strictObject({ record: z.string(), expr: z.string() }),
  z.strictObject({
    alert: z.string(),
    expr: z.string(),
    for: z.string(),
    labels: z.strictObject({ severity: z.enum(['page', 'ticket']), objective: z.string().optional() }),
    annotations: z.strictObject({ summary: z.string(), runbook_url: z.string() }),
  }),
])
export type Rule = z.infer<typeof ruleSchema>
export type AlertRule = Extract<Rule, { readonly alert: string }>

const rulesSchema = z.strictObject({
  groups: z.array(z.strictObject({ name: z.string(), rules: z.array(ruleSchema) })),
})

const readYaml = (file: string): unknown => parse(readFileSync(file, 'utf8'))

/** Of all files, in the order of their names. */
export const ruleGroups = ruleFiles.flatMap((file) => rulesSchema.parse(readYaml(file)).groups)
export const rules: readonly Rule[] = ruleGroups.flatMap((group) => group.rules)
export const alertRules: readonly AlertRule[] = rules.filter((rule) => 'alert' in rule)

const casesSchema = z.looseObject({
  tests: z.array(
    z.looseObject({
      name: z.string(),
      promql_expr_test: z.array(z.looseObject({ expr: z.string(), exp_samples: z.array(z.unknown()) })),
    }),
  ),
})

/** What is expected of `count(ALERTS{…})` in each case: whether the alert fires. */
export const cases: readonly { readonly expr: string; readonly fires: boolean }[] = caseFiles.flatMap((file) =>
  casesSchema
    .parse(readYaml(file))
    .tests.flatMap((test) =>
      test.promql_expr_test.map(({ expr, exp_samples: samples }) => ({ expr, fires: samples.length > 0 })),
    ),
)

export const scrapedJobs: readonly string[] = z
  .looseObject({ scrape_configs: z.array(z.looseObject({ job_name: z.string() })) })
  .parse(readYaml(prometheusFile))
  .scrape_configs.map(({ job_name: name }) => name)
