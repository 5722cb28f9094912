import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { root } from '../architecture/source-files.ts'

const folder = join(root, 'deploy', 'grafana', 'dashboards')

const panelSchema = z.looseObject({
  id: z.int(),
  title: z.string().min(1),
  type: z.enum(['row', 'timeseries', 'stat']),
  gridPos: z.strictObject({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
  datasource: z.strictObject({ type: z.literal('prometheus'), uid: z.string() }).optional(),
  targets: z.array(z.strictObject({ refId: z.string(), expr: z.string(), legendFormat: z.string() })).default([]),
})

const dashboardSchema = z.looseObject({
  uid: z.string(),
  title: z.string(),
  description: z.string().min(1),
  tags: z.array(z.string()),
  panels: z.array(panelSchema).min(1),
})
export type Dashboard = z.infer<typeof dashboardSchema> & { readonly file: string }

export const dashboards: readonly Dashboard[] = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .sort()
  .map((file) => ({ ...dashboardSchema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))), file }))

export type Asked = { readonly where: string; readonly expr: string }

/** Every expression of every panel. */
export const asked: readonly Asked[] = dashboards.flatMap(({ title, panels }) =>
  panels.flatMap((panel) => panel.targets.map(({ expr }) => ({ where: `${title}: ${panel.title}`, expr }))),
)
