import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { withLocalStores } from './local-stores.ts'

describe('the stores that run here', () => {
  const folder = mkdtempSync(join(tmpdir(), 'local-stores-'))
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('are used where the environment names none', () => {
    const environment = { DATA_DIRECTORY: folder, EVENTSTORE_URL: 'esdb://elsewhere', DATABASE_URL: '' }
    expect(withLocalStores(environment, '/nowhere')).to.deep.equal(environment)
    writeFileSync(
      join(folder, 'stores.env'),
      'EVENTSTORE_URL="esdb://127.0.0.1:2113?tls=false"\nDATABASE_URL="postgres://p:a-b_c@127.0.0.1:5433/shop"\n',
    )
    expect(withLocalStores(environment, '/nowhere')).to.deep.equal({
      DATA_DIRECTORY: folder,
      EVENTSTORE_URL: 'esdb://elsewhere',
      DATABASE_URL: 'postgres://p:a-b_c@127.0.0.1:5433/shop',
    })
  })

  it('stand back behind an address that is given as a file', () => {
    writeFileSync(join(folder, 'stores.env'), 'EVENTSTORE_URL="esdb://here"\nDATABASE_URL="postgres://here"\n')
    const environment = { DATA_DIRECTORY: folder, DATABASE_URL_FILE: '/run/secrets/database' }
    expect(withLocalStores(environment, '/nowhere')).to.deep.equal({ ...environment, EVENTSTORE_URL: 'esdb://here' })
  })
})
