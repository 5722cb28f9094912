import { expect } from 'chai'
import { rolesIn } from './roles-claim.ts'

describe('the roles of a token', () => {
  for (const [what, payload, claim, roles] of [
    ['are a list', { roles: ['a', 'b'] }, 'roles', ['a', 'b']],
    ['may lie deep', { realm_access: { roles: ['a'] } }, 'realm_access.roles', ['a']],
    ['may be a text with spaces between them', { scope: 'a  b' }, 'scope', ['a', 'b']],
    ['may be none', { scope: '' }, 'scope', []],
    ['may have an address for a name', { 'https://app.example/roles': ['a'] }, 'https://app.example/roles', ['a']],
    ['are looked for by the whole name first', { 'a.b': ['x'], a: { b: ['y'] } }, 'a.b', ['x']],
    ['are missing', { role: ['a'] }, 'roles', undefined],
    ['are missing on the way', { realm_access: null }, 'realm_access.roles', undefined],
    ['are no list', { roles: { a: true } }, 'roles', undefined],
    ['are no list of texts', { roles: ['a', 7] }, 'roles', undefined],
    ['are not what every object has', {}, 'constructor.name', undefined],
    ['are not what every list has', { roles: [['a']] }, 'roles.0', undefined],
    ['are in no token that is no object', 'roles', 'roles', undefined],
  ] as const)
    it(what, () => {
      expect(rolesIn(payload, claim)).to.deep.equal(roles)
    })
})
