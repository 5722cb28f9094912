import { ConfigError, readConfig } from '../infrastructure/lifecycle/config.ts'
import type { Examined } from './examined.ts'
import { fine, wrong, type Finding } from './finding.ts'
import { processOf, type ProcessName } from './processes.ts'

const configurationOf = (name: ProcessName, environment: NodeJS.ProcessEnv): Finding => {
  const about = `configuration of ${name}`
  try {
    readConfig(processOf(name).schema, environment)
    return fine(about, 'complete')
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const faults = error.message.replace(/^the configuration is wrong: /, '')
    return wrong(about, faults, 'Set the variables that are named; .env.example says what each is for.')
  }
}

/** As each process would read it at its start. */
export const checkConfiguration = ({ environment, processes }: Examined): readonly Finding[] =>
  processes.map((name) => configurationOf(name, environment))
