import { parseConnectionString } from '@eventstore/db-client/dist/Client/parseConnectionString.js'
import { z } from 'zod'
import { certificateFileFault, fileFault } from '../lifecycle/named-file.ts'

/** The client's options in an address; one that it does not know it would ignore, and print the whole address, password included. */
const options = [
  'connectionName',
  'defaultDeadline',
  'discoveryInterval',
  'gossipTimeout',
  'keepAliveInterval',
  'keepAliveTimeout',
  'maxDiscoverAttempts',
  'nodePreference',
  'tls',
  'tlsCAFile',
  'userCertFile',
  'userKeyFile',
]

export type StoreAddress = {
  readonly hosts: readonly { readonly address: string; readonly port: number }[]
  readonly tls: boolean
  readonly caFile: string | undefined
}

/** Of an address that `eventStoreUrl` has let pass. */
export const storeAddress = (url: string): StoreAddress => {
  const { hosts, tls, tlsCAFile } = parseConnectionString(url)
  return { hosts, tls: tls !== false, caFile: tlsCAFile }
}

const filesFault = (url: string): string | undefined => {
  const { tlsCAFile, userCertFile, userKeyFile } = parseConnectionString(url)
  if ((userCertFile === undefined) !== (userKeyFile === undefined))
    return 'userCertFile and userKeyFile belong together'
  const faults = Object.entries({
    tlsCAFile: tlsCAFile === undefined ? undefined : certificateFileFault(tlsCAFile),
    userCertFile: userCertFile === undefined ? undefined : certificateFileFault(userCertFile),
    userKeyFile: userKeyFile === undefined ? undefined : fileFault(userKeyFile),
  })
  const [option, fault] = faults.find(([, found]) => found !== undefined) ?? []
  return option === undefined ? undefined : `${option}: ${String(fault)}`
}

/** What is wrong with an address; says nothing of what stands in it, since a password may. */
const faultOf = (url: string): string | undefined => {
  if (!/^esdb(\+discover)?:\/\/[^/?]/.test(url))
    return 'is no address of an event store: esdb://host:2113?tls=false, or esdb+discover://user:password@cluster:2113?tlsCAFile=/ca.pem'
  const given = [...new URLSearchParams(url.split('?').slice(1).join('?')).keys()]
  if (!given.every((name) => options.some((option) => option.toLowerCase() === name.toLowerCase())))
    return `has an option that is not known; known are ${options.join(', ')}`
  try {
    return filesFault(url)
  } catch {
    // The client's own words repeat the address.
    return 'cannot be read as an address: what is not a letter or a digit in user and password is written as %40 and the like, and options follow as ?tls=true&tlsCAFile=/ca.pem'
  }
}

/** A connection string of EventStoreDB. Files that it names are there, and hold what they should. */
export const eventStoreUrl = z.string().superRefine((url, context) => {
  const message = faultOf(url)
  if (message !== undefined) context.addIssue({ code: 'custom', message })
})
