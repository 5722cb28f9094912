import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { expect } from 'chai'
import { secretsOf } from './secrets.ts'

describe("the secrets of this machine's shop", () => {
  const data = mkdtempSync(join(tmpdir(), 'secrets-'))
  after(() => {
    rmSync(data, { recursive: true })
  })

  it('are made once, and kept where nobody else reads them', () => {
    const made = secretsOf(data)
    expect(secretsOf(data)).to.deep.equal(made)
    expect(made.jwtSecret)
      .to.match(/^[0-9a-f]{64}$/)
      .and.not.equal(made.webhookSecret)
    expect(statSync(join(data, 'secrets.json')).mode & 0o077).to.equal(0)
  })

  it('are the same for all that start at once in a new folder', async () => {
    const folder = join(data, 'new')
    const program = `
      const { parentPort, workerData } = require('node:worker_threads')
      import(workerData.module).then(({ secretsOf }) => {
        Atomics.add(workerData.gate, 0, 1)
        while (Atomics.load(workerData.gate, 0) < workerData.all) continue
        parentPort.postMessage(secretsOf(workerData.folder).jwtSecret)
      })`
    const all = 4
    const gate = new Int32Array(new SharedArrayBuffer(4))
    const module = import.meta.resolve('./secrets.ts')
    const seen = await Promise.all(
      Array.from(
        { length: all },
        () =>
          new Promise<string>((resolve, reject) => {
            const worker = new Worker(program, { eval: true, workerData: { folder, gate, all, module } })
            worker.once('message', resolve).once('error', reject)
          }),
      ),
    )
    expect(new Set(seen).size).to.equal(1)
    expect(readdirSync(folder)).to.deep.equal(['secrets.json'])
  })

  it('give way to what the environment names; what is empty there names nothing', () => {
    const { webhookSecret } = secretsOf(data)
    expect(
      secretsOf(data, {
        JWT_ROLES_CLAIM: 'realm_access.roles',
        JWT_SECRET: 'given',
        JWT_ISSUER: 'somebody',
        JWT_AUDIENCE: '',
        PAYMENT_WEBHOOK_SECRET: '',
      }),
    ).to.deep.equal({
      jwtSecret: 'given',
      webhookSecret,
      issuer: 'somebody',
      audience: 'order-processing',
      rolesClaim: 'realm_access.roles',
    })
  })

  it('give way to what the environment names as a file', () => {
    const file = join(data, 'given')
    writeFileSync(file, 'given\n')
    expect(secretsOf(data, { JWT_SECRET_FILE: file }).jwtSecret).to.equal('given')
    expect(() => secretsOf(data, { JWT_SECRET_FILE: join(data, 'none') })).to.throw('JWT_SECRET_FILE: the file cannot')
  })
})
