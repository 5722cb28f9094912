import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { root } from '../architecture/source-files.ts'

const serviceSchema = z.looseObject({
  image: z.string().optional(),
  build: z.string().optional(),
  read_only: z.boolean().default(false),
  cap_drop: z.array(z.string()).default([]),
  restart: z.string().optional(),
  volumes: z.array(z.string()).default([]),
  command: z.array(z.string()).optional(),
  environment: z
    .record(
      z.string(),
      z
        .string()
        .nullable()
        .transform((value) => value ?? ''),
    )
    .default({}),
  ports: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  stop_grace_period: z.string().optional(),
  healthcheck: z.looseObject({ test: z.array(z.string()) }).optional(),
})
export type ComposeService = z.infer<typeof serviceSchema>

/** `NAME=value` lines; blank lines and comments are passed over. */
export const readEnvFile = (name: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readFileSync(resolve(root, name), 'utf8')
      .split('\n')
      .filter((line) => /^[A-Z_]+=/.test(line))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )

/** `${NAME}`, `${NAME:-default}` and `${NAME:?message}`, as compose puts variables in. @throws Error for a required one that is missing */
const interpolate = (text: string, variables: Readonly<Record<string, string>>): string =>
  text.replaceAll(
    /\$\{([A-Z_]+)(?::(-|\?)([^}]*))?\}/g,
    (_whole, name: string, kind: string | undefined, rest: string | undefined) => {
      const value = variables[name]
      if (value !== undefined && value !== '') return value
      if (kind === '?') throw new Error(rest)
      return rest ?? ''
    },
  )

/** Names of the variables that the file asks for. */
export const composeVariables = (): readonly string[] => [
  ...new Set(
    [...readFileSync(join(root, 'docker-compose.yml'), 'utf8').matchAll(/\$\{([A-Z_]+)/g)].map(
      (match) => match[1] ?? '',
    ),
  ),
]

export const readCompose = (variables: Readonly<Record<string, string>>): Readonly<Record<string, ComposeService>> => {
  const text = interpolate(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), variables)
  return z.object({ services: z.record(z.string(), serviceSchema) }).parse(parse(text, { merge: true })).services
}
