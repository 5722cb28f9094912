import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { z } from 'zod'
import { freePort } from '../../embedded/ports.ts'
import { until } from '../support/until.ts'
import { ruleFiles } from './rule-files.ts'

const answerSchema = z.discriminatedUnion('status', [
  z.looseObject({ status: z.literal('success'), data: z.looseObject({ result: z.array(z.unknown()) }) }),
  z.looseObject({ status: z.literal('error'), error: z.string() }),
])

export type RunningPrometheus = {
  /** How many series the expression yields now. @throws Error with what Prometheus says of one that it does not understand */
  count(expression: string): Promise<number>
  stop(): Promise<void>
}

/** A real Prometheus with the rules of the deployment, which asks these processes once a second, by the names of their jobs. */
export const startPrometheus = async (jobs: Readonly<Record<string, string>>): Promise<RunningPrometheus> => {
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-'))
  const configuration = join(folder, 'prometheus.yml')
  writeFileSync(
    configuration,
    stringify({
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: ruleFiles,
      scrape_configs: Object.entries(jobs).map(([job, url]) => ({
        job_name: job,
        static_configs: [{ targets: [new URL(url).host] }],
      })),
    }),
  )
  const address = `127.0.0.1:${await freePort()}`
  const child = spawn(
    'prometheus',
    [
      `--config.file=${configuration}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      '--log.level=error',
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  )
  const ended = once(child, 'exit')
  const stop = async () => {
    child.kill()
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await until('Prometheus is ready', async () => ((await fetch(`http://${address}/-/ready`)).ok ? true : undefined))
  } catch (error) {
    await stop()
    throw error
  }
  return {
    async count(expression) {
      const response = await fetch(`http://${address}/api/v1/query?query=${encodeURIComponent(expression)}`)
      const answer = answerSchema.parse(await response.json())
      if (answer.status === 'error') throw new Error(`${expression}: ${answer.error}`)
      return answer.data.result.length
    },
    stop,
  }
}
