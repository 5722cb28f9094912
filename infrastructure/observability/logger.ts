import winston from 'winston'
import { visible, visibleInLine } from '../command-line/visible.ts'

export type Fields = Readonly<Record<string, unknown>>

export type Level = 'debug' | 'info' | 'warn' | 'error'

/** One line an outcome. Fields carry what one would search for: orderId, eventId, correlationId, durationMs; an `error` is unfolded. */
export type Logger = {
  debug(message: string, fields?: Fields): void
  info(message: string, fields?: Fields): void
  warn(message: string, fields?: Fields): void
  error(message: string, fields?: Fields): void
  /** Whether lines of this level are written. To be asked where there are many of them, before what they say is put together. */
  isOn(level: Level): boolean
  /** The same log, with these fields in each line. */
  child(fields: Fields): Logger
}

export type LoggerOptions = {
  readonly service: string
  readonly level?: string | undefined
  /** `json`: one object a line; `pretty`: for people. Without it: `pretty` on a terminal, else `json`. */
  readonly format?: string | undefined
  /** Asked with every line for fields that it has besides. */
  readonly also?: () => Fields | undefined
  /** Where lines go instead of standard output. */
  readonly stream?: NodeJS.WritableStream
}

const unfold = (value: unknown): unknown => {
  if (typeof value === 'bigint') return value.toString()
  if (!(value instanceof Error)) return value
  const { name, message, stack, cause } = value
  const code = (value as { code?: unknown }).code
  return {
    name,
    message,
    ...(code === undefined ? {} : { code }),
    stack,
    ...(cause === undefined ? {} : { cause: unfold(cause) }),
  }
}

const unfoldAll = (fields: Fields) =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, unfold(value)]),
  )

const asJson = winston.format.printf(({ level, message, at, service, fields }) =>
  JSON.stringify({ at, level, service, message, ...(fields as Fields) }, (_key, value: unknown) => unfold(value)),
)

const plain = (value: unknown) =>
  visibleInLine(typeof value === 'string' ? value : JSON.stringify(value, (_key, inner: unknown) => unfold(inner)))

const asLine = winston.format.printf(({ level, message, at, service, fields }) => {
  const { error, ...rest } = fields as Fields
  const pairs = Object.entries(rest)
    .map(([key, value]) => ` ${key}=${plain(value)}`)
    .join('')
  const stack = typeof error === 'object' && error !== null ? (error as { stack?: unknown }).stack : undefined
  const trace = error === undefined ? '' : `\n  ${typeof stack === 'string' ? stack : plain(error)}`
  return `${String(at).slice(11, 23)} ${level.padEnd(5)} ${String(service)}: ${visibleInLine(String(message))}${pairs}${visible(trace)}`
})

/** The gravest first. */
const levels: readonly Level[] = ['error', 'warn', 'info', 'debug']

/** A logger of its own: nothing is shared between two of them but the stream they write to. */
export const createLogger = ({
  service,
  level = 'info',
  format,
  also,
  stream = process.stdout,
}: LoggerOptions): Logger => {
  const pretty = format === undefined ? (stream as Partial<NodeJS.WriteStream>).isTTY === true : format === 'pretty'
  const least = levels.find((known) => known === level) ?? 'info'
  const on: ReadonlySet<Level> = new Set(levels.slice(0, levels.indexOf(least) + 1))
  const output = winston.createLogger({
    level: least,
    format: pretty ? asLine : asJson,
    transports: [new winston.transports.Stream({ stream, eol: '\n' })],
  })

  const withFields = (always: Fields): Logger => {
    const writing = (severity: Level) => {
      if (!on.has(severity)) return () => undefined
      return (message: string, fields: Fields = {}) => {
        output.log({
          level: severity,
          message,
          at: new Date().toISOString(),
          service,
          fields: unfoldAll({ ...always, ...also?.(), ...fields }),
        })
      }
    }
    return {
      debug: writing('debug'),
      info: writing('info'),
      warn: writing('warn'),
      error: writing('error'),
      isOn: (asked) => on.has(asked),
      child: (fields) => withFields({ ...always, ...fields }),
    }
  }
  return withFields({})
}

/** Says nothing. For tests and tools. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  isOn: () => false,
  child: () => silentLogger,
}
