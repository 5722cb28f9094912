import { expect } from 'chai'
import { mayActAs, roles } from './roles.ts'

describe('roles', () => {
  it('an admin may do what an operator may, and neither what a customer may', () => {
    const allowed = roles.map((role) => [
      role,
      roles.filter((asked) => mayActAs({ subject: 'olga', roles: [role] }, asked)),
    ])
    expect(Object.fromEntries(allowed)).to.deep.equal({
      customer: ['customer'],
      operator: ['operator'],
      admin: ['operator', 'admin'],
    })
  })
})
