import { expect } from 'chai'
import { pickUser } from './operating-user.ts'

const root = 'root:x:0:0:root:/root:/bin/bash'
const nobody = 'nobody:x:65534:65533:nobody:/nonexistent:/usr/sbin/nologin'
const postgres = 'postgres:x:101:104:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash'

describe('the user that runs PostgreSQL for root', () => {
  it('is postgres where there is one', () => {
    expect(pickUser([root, nobody, postgres].join('\n'))).to.deep.equal({ uid: 101, gid: 104 })
  })
  it('is nobody otherwise', () => {
    expect(pickUser([root, nobody, ''].join('\n'))).to.deep.equal({ uid: 65534, gid: 65533 })
  })
  it('is never root, nor a number that is none', () => {
    expect(pickUser([root, 'postgres:x:0:0::/:/bin/sh', 'nobody:*:-2:-2::/:/bin/false'].join('\n'))).to.equal(undefined)
  })
})
