// `npm run -s token -- --role customer --sub alice`: prints a token for this machine's shop, and nothing else.
import { join } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { roles, type Role } from '../http-api/roles.ts'
import { subject } from '../infrastructure/http/principal.ts'
import { secretsOf } from './shop/secrets.ts'
import { developmentToken } from './shop/token.ts'

const seconds = (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('give a whole number of seconds')
  return value
}

/** As the APIs take it: a token for anybody else would be good for nothing. */
const who = (text: string): string => {
  if (!subject.safeParse(text).success) throw new InvalidArgumentError("this is nobody's name")
  return text
}

const options = new Command('npm run -s token --')
  .description('Prints a token for the shop that `npm start` runs on this machine.')
  .addOption(new Option('--role <role>', 'what the token allows').choices(roles).default('customer'))
  .option('--sub <subject>', 'who it is for', who, 'alice')
  .option('--ttl <seconds>', 'how long it is good', seconds, 12 * 60 * 60)
  .option('--json', 'as JSON, with who, role and seconds')
  .addHelpText(
    'after',
    '\nFor another shop: JWT_SECRET, JWT_ISSUER, JWT_AUDIENCE and JWT_ROLES_CLAIM as its processes have them.',
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse()
  .opts<{ role: Role; sub: string; ttl: number; json?: true }>()

const data = process.env['DATA_DIRECTORY'] ?? join(import.meta.dirname, '..', '.data')
const token = developmentToken(secretsOf(data, process.env), {
  sub: options.sub,
  role: options.role,
  ttlSeconds: options.ttl,
})
process.stdout.write(
  `${options.json ? JSON.stringify({ token, sub: options.sub, role: options.role, ttlSeconds: options.ttl }) : token}\n`,
)
