import { z } from 'zod'
import { callersConfig } from '../http-api/callers.ts'
import { eventStoreUrl } from '../infrastructure/event-store/event-store-url.ts'
import { oneTokenKey } from '../infrastructure/http/authentication.ts'
import { commonConfig, port } from '../infrastructure/lifecycle/config.ts'
import { servingConfig } from '../infrastructure/lifecycle/serve.ts'

const address = (otherwise: string) => z.url({ protocol: /^https?$/ }).default(otherwise)

type SignIn = { readonly CONSOLE_DEVELOPMENT_SIGN_IN: '0' | '1'; readonly JWT_SECRET?: string | undefined }

/** Where an identity provider issues the tokens, nobody here could make one. */
const signInNeedsSecret = ({
  value,
  issues,
}: {
  readonly value: SignIn
  readonly issues: z.core.$ZodRawIssue[]
}): void => {
  if (value.CONSOLE_DEVELOPMENT_SIGN_IN === '1' && value.JWT_SECRET === undefined)
    issues.push({
      code: 'custom',
      message: 'makes tokens with JWT_SECRET, which is not set',
      input: value.CONSOLE_DEVELOPMENT_SIGN_IN,
      path: ['CONSOLE_DEVELOPMENT_SIGN_IN'],
    })
}

export const consoleConfig = z
  .object({
    ...commonConfig,
    ...servingConfig,
    ...callersConfig,
    CONSOLE_PORT: port(3002),
    EVENTSTORE_URL: eventStoreUrl,

    // Where this process reaches the others, on the ports of their routes.
    CONSOLE_COMMAND_API_URL: address('http://127.0.0.1:3000'),
    CONSOLE_READ_API_URL: address('http://127.0.0.1:3001'),
    CONSOLE_PROCESSORS_URL: address('http://127.0.0.1:3003'),
    CONSOLE_PROJECTIONS_URL: address('http://127.0.0.1:3004'),

    /** `1`: whoever sits at this machine becomes an operator without being asked who they are. For development. */
    CONSOLE_DEVELOPMENT_SIGN_IN: z.enum(['0', '1']).default('0'),
  })
  .check(oneTokenKey)
  .check(signInNeedsSecret)
