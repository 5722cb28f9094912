import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import tls from 'node:tls'
import { refusedCertificateText } from '../lifecycle/refused-certificate.ts'
import { storeAddress, type StoreAddress } from './event-store-url.ts'

type Host = StoreAddress['hosts'][number]

/** A handshake that has come to an end, whoever the server says it is; undefined: not known, perhaps nobody is there. */
type Handshake = 'no TLS' | { readonly refused: string | undefined; readonly until: Date }

const handshake = (
  { address, port }: Host,
  caFile: string | undefined,
  limitMs: number,
): Promise<Handshake | undefined> =>
  new Promise((resolve) => {
    const socket = tls.connect({
      host: address,
      port,
      ca: caFile === undefined ? undefined : readFileSync(caFile),
      ...(isIP(address) === 0 ? { servername: address } : {}),
      ALPNProtocols: ['h2'],
      // Looked at here, and nothing is said to it.
      rejectUnauthorized: false,
      timeout: limitMs,
    })
    const over = (result: Handshake | undefined) => {
      socket.destroy()
      resolve(result)
    }
    socket.once('secureConnect', () => {
      const refused = socket.authorized ? undefined : String(socket.authorizationError)
      over({ refused, until: new Date(socket.getPeerCertificate().valid_to) })
    })
    socket.once('timeout', () => over(undefined))
    socket.once('error', (error: NodeJS.ErrnoException) => {
      over(error.code === 'ERR_SSL_WRONG_VERSION_NUMBER' || error.code === 'EPROTO' ? 'no TLS' : undefined)
    })
  })

const textOf = ({ address, port }: Host, seen: Handshake | undefined, wantsTls: boolean): string | undefined => {
  if (seen === undefined) return undefined
  const server = `the event store at ${address}:${port}`
  if (seen === 'no TLS') return wantsTls ? `${server} does not speak TLS; if that is meant, say tls=false` : undefined
  if (!wantsTls) return `${server} speaks TLS, and the address says tls=false`
  if (seen.refused === undefined) return undefined
  return `${server} ${refusedCertificateText(seen.refused, 'tlsCAFile')}`
}

/**
 * Why no connection will come about, where it is for TLS: certificate, name, or one side alone that speaks it. The client's own error
 * says only that nobody answers, or that no node of the cluster was found. Undefined: it is something else.
 */
export const certificateFault = async (url: string, limitMs: number): Promise<string | undefined> => {
  const { hosts, tls: wantsTls, caFile } = storeAddress(url)
  const texts = await Promise.all(
    hosts.map(async (host) => textOf(host, await handshake(host, caFile, limitMs), wantsTls)),
  )
  return texts.find((text) => text !== undefined)
}

/** Until when the certificate of each node of the address is good, by its name; nothing of one that is not there or speaks no TLS. */
export const certificateEnds = async (url: string, limitMs: number): Promise<ReadonlyMap<string, Date>> => {
  const { hosts, tls: speaksTls, caFile } = storeAddress(url)
  const ends = new Map<string, Date>()
  if (!speaksTls) return ends
  for (const host of hosts) {
    const seen = await handshake(host, caFile, limitMs)
    if (seen !== undefined && seen !== 'no TLS') ends.set(`${host.address}:${host.port}`, seen.until)
  }
  return ends
}
