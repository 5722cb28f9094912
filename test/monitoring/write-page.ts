// `npm run metrics:page`: writes docs/metrics.md.
import { writeFileSync } from 'node:fs'
import { metricsPage, pageFile } from './page.ts'

writeFileSync(pageFile, metricsPage())
