import { expect } from 'chai'
import { freePort } from '../ports.ts'
import { portsFrom } from './settings.ts'

describe('the ports of a start', () => {
  it('are the standard ones where nothing else is asked for', () => {
    expect(portsFrom({ READ_API_PORT: '', CONSOLE_PORT: '4002' })).to.include({ 'read-api': 3001, console: 4002 })
  })

  it('are refused, all of them at once, where one is no port or two are the same', () => {
    expect(() => portsFrom({ READ_API_PORT: 'x', CONSOLE_PORT: '3004', POSTGRES_PORT: '70000' }))
      .to.throw("READ_API_PORT: 'x' is no port (1 to 65535)")
      .with.property('message')
      .that.includes("POSTGRES_PORT: '70000' is no port")
      .and.includes('CONSOLE_PORT and PROJECTIONS_PORT: each needs a port of its own, and all have 3004')
  })

  it('are found below those that connections going out are given, and never twice', async () => {
    const ports = await Promise.all(Array.from({ length: 50 }, () => freePort()))
    expect(new Set(ports).size).to.equal(50)
    expect(Math.max(...ports)).to.be.below(32_768)
  })
})
