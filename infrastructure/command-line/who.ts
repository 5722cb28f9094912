import { hostname, userInfo } from 'node:os'

/** Whoever runs the command, for people: the system's user and the machine. */
export const who = (): string => {
  const user = (() => {
    try {
      return userInfo().username
    } catch {
      // A user without an entry of its own, as in a container.
      return `user ${process.getuid?.() ?? '?'}`
    }
  })()
  return `${user} on ${hostname()}`
}
