export type SmtpServer = {
  readonly host: string
  readonly port: number
  /** TLS from the first byte on; else STARTTLS, where it is offered. */
  readonly secure: boolean
  /** Nothing is sent over a connection that has not become TLS. */
  readonly requireTLS: boolean
  readonly auth?: { readonly user: string; readonly pass: string }
}

const usualPorts: Readonly<Record<string, number>> = { 'smtp:': 587, 'smtps:': 465 }

const isDecodable = (text: string): boolean => !/%(?![0-9a-f]{2})/i.test(text)

/** Why this is no mail server's URL; undefined for one that is. */
export const smtpUrlFault = (url: string): string | undefined => {
  if (!URL.canParse(url)) return 'This is no URL.'
  const { protocol, hostname, username, password, searchParams } = new URL(url)
  if (!Object.hasOwn(usualPorts, protocol) || hostname === '') return 'Give smtp://host or smtps://host.'
  if ((username === '') !== (password === '')) return 'Give a user and a password, or neither.'
  if (!isDecodable(username) || !isDecodable(password)) return 'User and password have to be percent-encoded.'
  for (const [name, value] of searchParams) {
    if (name !== 'requireTLS') return `There is no option ${name}; requireTLS is the only one.`
    if (value !== 'true' && value !== 'false') return 'requireTLS is true or false.'
  }
  return undefined
}

/**
 * `smtp://user:password@host:port?requireTLS=true`, or `smtps:`. User and password are percent-encoded. Who has a password asks for TLS,
 * unless it says `requireTLS=false`: whoever stands between could take the offer out of the server's answer.
 *
 * @throws Error for what has a fault
 */
export const smtpServerOf = (url: string): SmtpServer => {
  const fault = smtpUrlFault(url)
  if (fault !== undefined) throw new Error(fault)
  const { protocol, hostname, port, username, password, searchParams } = new URL(url)
  const secure = protocol === 'smtps:'
  const asked = searchParams.get('requireTLS')
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? (usualPorts[protocol] ?? 0) : Number(port),
    secure,
    requireTLS: !secure && (asked === null ? username !== '' : asked === 'true'),
    ...(username === '' ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
  }
}
