// `npm run projections -- list | rebuild <name|--all> | rollback <name>`.
import { join } from 'node:path'
import { shopEvents } from '../domain/registry.ts'
import { createCodec } from '../infrastructure/event-store/codec.ts'
import { withLocalStores } from '../infrastructure/lifecycle/local-stores.ts'
import { runTool } from '../infrastructure/projections/tool/tool.ts'
import { shopProjections } from './registry.ts'
import { catchUpSource } from './source.ts'

process.exitCode = await runTool(process.argv, {
  script: 'projections',
  description: 'The read tables: where they are, and building them anew.',
  scriptOfOthers: 'follow-ups',
  projections: shopProjections,
  decoder: createCodec(shopEvents),
  sourceOf: catchUpSource,
  environment: withLocalStores(process.env, join(import.meta.dirname, '..')),
})
