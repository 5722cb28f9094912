import { expect } from 'chai'
import { freePort } from '../ports.ts'
import { portsFrom } from './settings.ts'

describe('the ports of a start', () => {
  it('are the standard ones where nothing else is asked for', () => {
    expect(portsFrom({ READ_API_PORT: '', CONSOLE_PORT: '4002' })).to.include({ 'read-api': 3001, console: 4002 })
  })

  it('are refused, all of them at once, where one is no port or two are the same', () => {
    expect(() => portsFrom({ READ_API_PORT: 'x', PROCESSORS_PORT: 'y', CONSOLE_PORT: '3004', POSTGRES_PORT: '70000' }))
      .to.throw("READ_API_PORT: 'x' is no port (1 to 65535)")
      .with.property('message')
      .that.includes("POSTGRES_PORT: '70000' is no port")
      .and.includes("PROCESSORS_PORT: 'y' is no port")
      .and.includes('CONSOLE_PORT and PROJECTIONS_PORT: each needs a port of its own, and all have 3004')
  })

  it('may be the same where somebody else runs the store', () => {
    const here = { COMMAND_API_PORT: '5433', READ_API_PORT: '2113' }
    const stores = { EVENTSTORE_URL: 'esdb://there:2113', DATABASE_URL: 'postgres://there/shop' }
    expect(() => portsFrom(here))
      .to.throw('COMMAND_API_PORT and POSTGRES_PORT')
      .with.property('message')
      .that.includes('READ_API_PORT and EVENT_STORE_PORT')
    expect(portsFrom({ ...here, ...stores })).to.include({ 'command-api': 5433, 'read-api': 2113 })
  })

  it('are found below those that connections going out are given, and never twice', async () => {
    const ports = await Promise.all(Array.from({ length: 50 }, () => freePort()))
    expect(new Set(ports).size).to.equal(50)
    expect(Math.max(...ports)).to.be.below(32_768)
  })
})
