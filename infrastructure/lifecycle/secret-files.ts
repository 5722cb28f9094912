import { readFileSync } from 'node:fs'

/** `JWT_SECRET_FILE` names the file that holds what `JWT_SECRET` would. */
export const fileVariableOf = (variable: string): string => `${variable}_FILE`

export type FromFiles = {
  readonly values: Readonly<Record<string, string>>
  /** What is wrong, each with the variables' names; none says what stands in a variable or a file. */
  readonly faults: readonly string[]
}

const codeOf = (error: unknown): string => {
  const code = (error as NodeJS.ErrnoException).code
  return typeof code === 'string' ? code : 'unknown'
}

const isSet = (value: string | undefined): value is string => value !== undefined && value !== ''

/**
 * The values of those variables that are given as a file, as Docker and Kubernetes mount secrets: read once, without the line breaks at
 * its end, which editors leave. A variable that is one itself (`SMTP_CA_FILE`) is no file of another.
 */
export const valuesFromFiles = (variables: readonly string[], env: NodeJS.ProcessEnv): FromFiles => {
  const values: Record<string, string> = {}
  const faults: string[] = []
  for (const variable of variables) {
    const fileVariable = fileVariableOf(variable)
    const path = env[fileVariable]
    if (!isSet(path) || variables.includes(fileVariable)) continue
    if (isSet(env[variable])) {
      faults.push(`${variable} and ${fileVariable} are both set: keep one of them`)
      continue
    }
    try {
      const value = readFileSync(path, 'utf8').replace(/[\r\n]+$/, '')
      if (value === '') faults.push(`${fileVariable}: the file is empty`)
      else values[variable] = value
    } catch (error) {
      // No path: somebody may have put the secret itself there.
      faults.push(`${fileVariable}: the file cannot be read (${codeOf(error)})`)
    }
  }
  return { values, faults }
}

/**
 * The environment with the values of these variables in it, and without their files: for whoever hands it on with values of its own.
 * @throws Error naming every variable that is wrong
 */
export const withValuesOfFiles = (variables: readonly string[], env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => {
  const { values, faults } = valuesFromFiles(variables, env)
  if (faults.length > 0) throw new Error(faults.join('; '))
  const files = variables.map(fileVariableOf)
  return { ...Object.fromEntries(Object.entries(env).filter(([name]) => !files.includes(name))), ...values }
}
