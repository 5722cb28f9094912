import { readFileSync } from 'node:fs'

/** The user that PostgreSQL's programs run as; undefined = the one who runs this process. */
export type OperatingUser = { uid: number; gid: number } | undefined

const candidates = ['postgres', 'nobody']

/** Picks from the text of a passwd file: PostgreSQL's own user if the machine has one, else nobody. */
export const pickUser = (passwd: string): OperatingUser => {
  const users = new Map(
    passwd.split('\n').map((line) => {
      const [name = '', , uid, gid] = line.split(':')
      return [name, { uid: Number(uid), gid: Number(gid) }]
    }),
  )
  return candidates.map((name) => users.get(name)).find((user) => user !== undefined && user.uid > 0)
}

/** PostgreSQL refuses to run as root, so root needs somebody else to run it. */
export const operatingUser = (): OperatingUser => {
  if (process.getuid?.() !== 0) return undefined
  const user = pickUser(readFileSync('/etc/passwd', 'utf8'))
  if (user === undefined) {
    throw new Error(
      `PostgreSQL does not run as root, and /etc/passwd knows none of the users ${candidates.join(', ')}. ` +
        'Run this as another user, or set DATABASE_URL to a server of your own.',
    )
  }
  return user
}
