// `npm run follow-ups -- list | rebuild <name|--all> | rollback <name>`.
import { join } from 'node:path'
import { shopEvents } from '../../domain/registry.ts'
import { createCodec } from '../../infrastructure/event-store/codec.ts'
import { withLocalStores } from '../../infrastructure/lifecycle/local-stores.ts'
import { runTool } from '../../infrastructure/projections/tool/tool.ts'
import { followUpFolds, followUpSource } from './folds.ts'

process.exitCode = await runTool(process.argv, {
  script: 'follow-ups',
  description:
    'The tables by which the processors follow up orders and intents: where they are, and building them anew.',
  scriptOfOthers: 'projections',
  projections: followUpFolds,
  decoder: createCodec(shopEvents),
  // A rebuild ends where the log ends: nothing lingers.
  sourceOf: (store, logger) => followUpSource(store, logger, 0),
  environment: withLocalStores(process.env, join(import.meta.dirname, '../..')),
})
