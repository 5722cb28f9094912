import { z } from 'zod'
import { certificateFileFault, fileFault } from '../lifecycle/named-file.ts'

/** What they mean today is not what they mean elsewhere, nor what they will mean in the driver's next version. */
const unclearModes = ['prefer', 'require', 'verify-ca']
const clearModes = ['disable', 'no-verify', 'verify-full']

const parametersOf = (url: string): URLSearchParams | undefined =>
  /^postgres(ql)?:\/\//.test(url) ? new URLSearchParams(url.split('?').slice(1).join('?')) : undefined

/** Whether the server has to prove who it is. */
export const provesServer = (url: string): boolean => {
  const parameters = parametersOf(url)
  const mode = parameters?.get('sslmode')
  return mode === 'verify-full' || (mode === 'verify-ca' && parameters?.get('uselibpqcompat') === 'true')
}

/** Says nothing of what stands in it, since a password does. */
const faultOf = (url: string): string | undefined => {
  const parameters = parametersOf(url)
  if (parameters === undefined) return 'is no address of a PostgreSQL: postgres://user:password@host:5432/database'
  const mode = parameters.get('sslmode')
  if (mode !== null && ![...unclearModes, ...clearModes].includes(mode))
    return `sslmode: is none of ${clearModes.join(', ')}`
  if (mode !== null && unclearModes.includes(mode) && parameters.get('uselibpqcompat') !== 'true')
    return 'sslmode: say verify-full, with sslrootcert=/ca.pem where the authority is none of the usual ones; or uselibpqcompat=true beside it, for what libpq means by it'
  const faults = (['sslrootcert', 'sslcert', 'sslkey'] as const).map((name) => {
    const path = parameters.get(name)
    const fault = path === null ? undefined : (name === 'sslkey' ? fileFault : certificateFileFault)(path)
    return fault === undefined ? undefined : `${name}: ${fault}`
  })
  return faults.find((fault) => fault !== undefined)
}

/** A connection string of PostgreSQL. Files that it names are there: the driver would take one that is not for a server that is away. */
export const databaseUrl = z.string().superRefine((url, context) => {
  const message = faultOf(url)
  if (message !== undefined) context.addIssue({ code: 'custom', message })
})
