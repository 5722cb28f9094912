import { TLSSocket } from 'node:tls'
import pg from 'pg'
import { refusedCertificateText } from '../lifecycle/refused-certificate.ts'
import { provesServer } from './database-url.ts'

/** No connection to this address will ever come about. */
export class DatabaseNotTrusted extends Error {
  override readonly name = 'DatabaseNotTrusted'
}

/** What is wrong with a certificate, by Node's name and OpenSSL's, which Node passes on. */
const certificateCodes =
  /^(ERR_TLS_CERT_ALTNAME_INVALID|CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(GET_ISSUER_CERT|VERIFY_LEAF_SIGNATURE)|INVALID_CA|HOSTNAME_MISMATCH)/

/** Why no connection will come about, where it is for TLS; undefined for whatever else an attempt has ended with. */
export const databaseTrustFault = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined
  const code = String((error as NodeJS.ErrnoException).code)
  if (certificateCodes.test(code)) return `the database ${refusedCertificateText(code, 'sslrootcert')}`
  return error.message === 'The server does not support SSL connections'
    ? 'the database does not speak TLS; if that is meant, say sslmode=disable'
    : undefined
}

/**
 * Where the server has to prove who it is, it is asked to, once. One that is away, or lets nobody in, is nothing to end a start for.
 * @throws DatabaseNotTrusted
 */
export const refuseUntrustedDatabase = async (url: string, connectTimeoutMs = 2_000): Promise<void> => {
  if (!provesServer(url)) return
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: connectTimeoutMs })
  // Also after it has been connected: nobody needs it any more.
  client.on('error', () => undefined)
  const error = await client.connect().then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  await client.end().catch(() => undefined)
  const fault = databaseTrustFault(error)
  if (fault !== undefined) throw new DatabaseNotTrusted(`DATABASE_URL: ${fault}`, { cause: error })
}

/** Until when the certificate is good by which the database has proven who it is; undefined without TLS. */
export const databaseCertificateEnd = async (pool: pg.Pool): Promise<Date | undefined> => {
  const client = await pool.connect()
  try {
    // The driver's types leave out its socket.
    const { stream } = (client as unknown as { readonly connection: { readonly stream: unknown } }).connection
    return stream instanceof TLSSocket ? new Date(stream.getPeerCertificate().valid_to) : undefined
  } finally {
    client.release()
  }
}
