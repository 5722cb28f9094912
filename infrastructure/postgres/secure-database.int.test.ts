import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import pg from 'pg'
import { startPostgres, type EmbeddedPostgres } from '../../embedded/postgres.ts'
import { elsewhereCertificate, localhostCertificate, type TestCertificate } from '../../test/support/tls-proxy.ts'
import { untilTrue } from '../../test/support/until.ts'
import { tryLeadership } from './leadership.ts'
import { migrate } from './migrations.ts'
import { DatabaseNotTrusted, refuseUntrustedDatabase } from './database-trust.ts'

describe('a database over TLS', () => {
  let data: string
  let server: EmbeddedPostgres
  before(async () => {
    data = await mkdtemp(join(tmpdir(), 'secure-postgres-'))
    server = await startPostgres({ data, port: 0, temporary: true })
  })
  after(async () => {
    await server.stop()
    await rm(data, { recursive: true, force: true })
  })

  const url = (query: string, host = 'localhost') => {
    const address = new URL(server.url)
    address.hostname = host
    return `${address.href}?${query}`
  }
  const verifyFull = ({ certFile }: TestCertificate) =>
    `sslmode=verify-full&sslrootcert=${encodeURIComponent(certFile)}`
  const ask = async (address: string, ...statements: readonly string[]): Promise<unknown> => {
    const client = new pg.Client({ connectionString: address })
    await client.connect()
    try {
      let last: unknown
      for (const statement of statements) last = Object.values((await client.query<object>(statement)).rows[0] ?? {})[0]
      return last
    } finally {
      await client.end()
    }
  }
  const isEncrypted = 'select ssl from pg_stat_ssl where pid = pg_backend_pid()'

  /** By the server itself, in whose folder the files belong to its user. */
  const speakTls = async ({ cert, key }: TestCertificate, serial: number) => {
    const write = (file: string, content: Buffer) =>
      `copy (select unnest(string_to_array('${content.toString().trim()}', e'\\n'))) to program 'umask 077; cat > ${file}'`
    await ask(
      server.url,
      write(`server-${serial}.crt`, cert),
      write(`server-${serial}.key`, key),
      `alter system set ssl_cert_file = 'server-${serial}.crt'`,
      `alter system set ssl_key_file = 'server-${serial}.key'`,
      'alter system set ssl = on',
      'select pg_reload_conf()',
    )
    await untilTrue(
      'the server has its certificate',
      async () => (await ask(server.url, 'show ssl_cert_file')) === `server-${serial}.crt`,
    )
  }
  const refusal = (address: string): Promise<unknown> =>
    refuseUntrustedDatabase(address).then(
      () => undefined,
      (error: unknown) => error,
    )
  const isRefused = async (address: string, words: string) => {
    const error = await refusal(address)
    expect(error).to.be.instanceOf(DatabaseNotTrusted)
    expect(error)
      .to.have.property('message')
      .that.matches(/^DATABASE_URL: the database /)
      .and.includes(words)
  }

  it('is refused while it does not speak TLS', async () => {
    await isRefused(url(verifyFull(localhostCertificate)), 'does not speak TLS; if that is meant, say sslmode=disable')
  })

  it('is connected to where it proves who it is, and refused where somebody else has signed', async () => {
    await speakTls(localhostCertificate, 1)
    const trusted = url(verifyFull(localhostCertificate))
    expect(await refusal(trusted)).to.equal(undefined)
    expect(await ask(trusted, isEncrypted)).to.equal(true)
    // By whatever else connects: each reads the address by itself.
    expect(await migrate({ url: trusted, folder: data, waitLimitMs: 5_000 })).to.deep.equal([])
    const leadership = await tryLeadership({ url: trusted, name: 'secure' })
    expect(leadership?.signal.aborted).to.equal(false)
    await leadership?.release()
    const untrusted = url(verifyFull(elsewhereCertificate))
    const code = await migrate({ url: untrusted, folder: data, waitLimitMs: 5_000 }).then(
      () => 'done',
      (error: unknown) => (error as { code?: unknown }).code,
    )
    expect(code).to.equal('DEPTH_ZERO_SELF_SIGNED_CERT')
    await isRefused(
      url(verifyFull(elsewhereCertificate)),
      'not trusted (DEPTH_ZERO_SELF_SIGNED_CERT); sslrootcert has to name',
    )
    await isRefused(url('sslmode=verify-full'), 'not trusted')
  })

  it('is refused where its certificate is for another name', async () => {
    await speakTls(elsewhereCertificate, 2)
    await isRefused(url(verifyFull(elsewhereCertificate)), 'a certificate for another name')
    expect(await ask(url('sslmode=no-verify'), isEncrypted)).to.equal(true)
  })

  it('is waited for when it is away, and no start ends for a wrong password', async () => {
    const wrong = new URL(url(verifyFull(localhostCertificate)))
    wrong.port = '1'
    expect(await refusal(wrong.href)).to.equal(undefined)
    await speakTls(localhostCertificate, 3)
    const stranger = new URL(url(verifyFull(localhostCertificate)))
    stranger.password = 'wrong'
    expect(await refusal(stranger.href)).to.equal(undefined)
  })
})
