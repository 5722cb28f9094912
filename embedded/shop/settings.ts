import type { PortWish } from '../ports.ts'

/** What this start has values of its own for, and what may be secret elsewhere: what is named as a file has to be read before. */
export const ownVariables = [
  'EVENTSTORE_URL',
  'DATABASE_URL',
  'JWT_SECRET',
  'PAYMENT_WEBHOOK_SECRET',
  'STRIPE_WEBHOOK_SECRET',
  'SMTP_URL',
] as const

/** The processes of the shop that listen, by the variable that says where. */
export const portVariables = {
  'command-api': { variable: 'COMMAND_API_PORT', standard: 3000 },
  'read-api': { variable: 'READ_API_PORT', standard: 3001 },
  console: { variable: 'CONSOLE_PORT', standard: 3002 },
  processors: { variable: 'PROCESSORS_PORT', standard: 3003 },
  projections: { variable: 'PROJECTIONS_PORT', standard: 3004 },
  'payment-provider': { variable: 'PAYMENT_PROVIDER_PORT', standard: 3010 },
  'mail-catcher': { variable: 'MAIL_CATCHER_HTTP_PORT', standard: 3011 },
  'mail-catcher (SMTP)': { variable: 'MAIL_CATCHER_SMTP_PORT', standard: 3025 },
  'event-store': { variable: 'EVENT_STORE_PORT', standard: 2113 },
  postgres: { variable: 'POSTGRES_PORT', standard: 5433 },
} as const

export type Listener = keyof typeof portVariables
export type Ports = Readonly<Record<Listener, number>>

/** Ports from the environment, else the standard ones. @throws Error naming every variable that is no port, and those that would listen on the same one */
export const portsFrom = (environment: NodeJS.ProcessEnv): Ports => {
  const wrong: string[] = []
  const read = (listener: Listener): number => {
    const { variable, standard } = portVariables[listener]
    const text = environment[variable]
    if (text === undefined || text === '') return standard
    const port = Number(text)
    if (!Number.isInteger(port) || port < 1 || port > 65_535)
      wrong.push(`${variable}: '${text}' is no port (1 to 65535)`)
    return port
  }
  // Every listener is read here.
  const ports = Object.fromEntries(
    (Object.keys(portVariables) as Listener[]).map((listener) => [listener, read(listener)]),
  ) as Ports
  const wishes = wishedPorts(ports, environment).filter(({ port }) => !Number.isNaN(port))
  for (const [port, same] of Map.groupBy(wishes, (wish) => wish.port))
    if (same.length > 1)
      wrong.push(
        `${same.map(({ variable }) => variable).join(' and ')}: each needs a port of its own, and all have ${port}`,
      )
  if (wrong.length > 0) throw new Error(wrong.join('\n'))
  return ports
}

/** The ports this start would listen on, given which stores somebody else runs. */
export const wishedPorts = (ports: Ports, environment: NodeJS.ProcessEnv): readonly PortWish[] =>
  (Object.keys(portVariables) as Listener[])
    .filter((listener) => !(listener === 'event-store' && environment['EVENTSTORE_URL']))
    .filter((listener) => !(listener === 'postgres' && environment['DATABASE_URL']))
    .map((listener) => ({ what: listener, variable: portVariables[listener].variable, port: ports[listener] }))

/**
 * Waiting times for a first look: an hour of retries would hide what happens. Whatever the environment says wins; without these the
 * processes take their own defaults, which are those of a real shop.
 */
export const quickDurations = {
  ORDER_DEADLINE_SECONDS: '30',
  ORDER_ACTION_EXTENSION_SECONDS: '30',
  ORDER_DEADLINE_STEP_SECONDS: '5',
  ORDER_DEADLINE_LIMIT_SECONDS: '40',
  FOLLOW_UP_DELAYS_SECONDS: '3,10,30,60',
  FOLLOW_UP_CALLS_PER_SECOND: '200',
  PAYMENT_LATE_MS: '55000',
} as const
