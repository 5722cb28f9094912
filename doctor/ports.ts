import { createServer } from 'node:net'
import { z } from 'zod'
import { ConfigError, commonConfig, port, readConfig } from '../infrastructure/lifecycle/config.ts'
import { servingConfig } from '../infrastructure/lifecycle/serve.ts'
import type { Examined } from './examined.ts'
import { fine, unknown, wrong, type Finding } from './finding.ts'
import { processOf, type ProcessName } from './processes.ts'

/** Why nobody could listen there now, by the system's code; undefined where one could. */
const listeningFault = (host: string, at: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen({ host, port: at, exclusive: true }, () => server.close(() => resolve(undefined)))
  })

/** Whether a process of the shop answers there. */
const isOurs = async (host: string, at: number): Promise<boolean> => {
  const here = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  try {
    const answer = await fetch(`http://${here}:${at}/health/live`, { signal: AbortSignal.timeout(2_000) })
    return z.object({ status: z.literal('live') }).safeParse(await answer.json()).success
  } catch {
    // Somebody who speaks something else, or says nothing: no process of the shop.
    return false
  }
}

const portOf = async (name: ProcessName, environment: NodeJS.ProcessEnv): Promise<Finding | undefined> => {
  const { listens } = processOf(name)
  if (listens === undefined) return undefined
  const about = `port of ${name}`
  const schema = z.object({
    HOST: commonConfig.HOST,
    MANAGEMENT_PORT: servingConfig.MANAGEMENT_PORT,
    [listens.variable]: port(listens.usual),
  })
  try {
    const config = readConfig(schema, environment) as { HOST: string; MANAGEMENT_PORT?: number } & Record<
      string,
      number
    >
    const at = config[listens.variable] ?? listens.usual
    const fault = await listeningFault(config.HOST, at)
    if (fault === undefined) return fine(about, `${at} is free`)
    if (fault !== 'EADDRINUSE')
      return wrong(about, `nobody can listen on ${config.HOST}:${at} (${fault})`, `Set HOST and ${listens.variable}.`)
    const answers = [at, config.MANAGEMENT_PORT].filter((one) => one !== undefined)
    const ours = await Promise.all(answers.map((one) => isOurs(config.HOST, one)))
    return ours.includes(true)
      ? fine(about, `${at} is answered by the shop`)
      : wrong(
          about,
          `${at} is taken by another program`,
          `Stop that program, or set ${listens.variable} to another port.`,
        )
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return unknown(about, 'its configuration is wrong')
  }
}

/** On this machine: free, or a process of the shop is there already. */
export const checkPorts = async ({ environment, processes }: Examined): Promise<readonly Finding[]> => {
  const findings = await Promise.all(processes.map((name) => portOf(name, environment)))
  return findings.filter((finding) => finding !== undefined)
}
