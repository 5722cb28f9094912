import { isIP } from 'node:net'
import express, { type Request } from 'express'
import { commaSeparated } from './comma-separated.ts'

/** Whether Express understands it as the proxies to trust. It would take a number for an address as well, and a count of proxies is none. */
const isTrustList = (proxies: readonly string[]): boolean => {
  if (proxies.some((one) => /^\d+$/.test(one))) return false
  try {
    express().set('trust proxy', proxies)
    return true
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
}

/** Addresses, networks, and Express's names for some: whose `X-Forwarded-For` is believed. */
export const trustedProxies = commaSeparated
  .refine(
    isTrustList,
    'give addresses, networks such as 10.0.0.0/8, or loopback, linklocal, uniquelocal, with commas between them',
  )
  .default([])

/** The network of an IPv6 address that one household has at least: its first 64 bits. */
const network64 = (address: string): string => {
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const [before, after] = [groups(head), groups(tail ?? '')]
  const missing = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length)
  const all = [...before, ...Array<string>(missing).fill('0'), ...after]
  return `${all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}

/** As some proxies write it: with a port, or in brackets. */
const withoutPort = (text: string): string =>
  /^\[(.+)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text)?.[1] ?? text

/** What an address is counted by; undefined for what is none. An IPv6 address by its /64, of which one caller has all. */
export const countedAs = (text: string): string | undefined => {
  const address = withoutPort(text.trim())
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address
  switch (isIP(mapped)) {
    case 4:
      return mapped
    case 6:
      return network64(mapped)
    default:
      return undefined
  }
}

/** What somebody is counted by, and the wider networks that it may have as well: of IPv6 a /56 and a /48. */
export const networksOf = (counted: string): readonly string[] => {
  const groups = /^(.+)::\/64$/.exec(counted)?.[1]?.split(':')
  if (groups === undefined) return [counted]
  const [first, second, third, fourth = '0'] = groups
  const upper = (Number.parseInt(fourth, 16) & 0xff00).toString(16)
  const site = `${first}:${second}:${third}`
  return [counted, `${site}:${upper}::/56`, `${site}::/48`]
}

/** What the sender of a request is counted by: the address that the trusted proxies in front tell, else that of the connection. */
export const clientAddress = (request: Request): string =>
  countedAs(request.ip ?? '') ?? countedAs(request.socket.remoteAddress ?? '') ?? 'unknown'
