import { expect } from 'chai'
import { spawnServer } from '../../embedded/event-store/testing/child-server.ts'
import { event, revisions } from './suite/appending.ts'
import { OwnServer } from './suite/own-server.ts'
import { rule } from './suite/rule.ts'
import { all, becomes } from './suite/waiting.ts'

rule('11', 'one process has a directory of data; the second is told so and ends', { seen: { onlyHere: 'these are the embedded server’s own words and exit code' }, waits: true }, async (server) => {
  const own = await OwnServer.start(server)
  const second = await spawnServer(['--port', '0', '--data', own.directory])
  expect(second).to.have.property('code', 1)
  expect(second).to.have.property('errors').that.matches(/data/)
  await own.append('stream', event())
  expect(await revisions(own, 'stream')).to.deep.equal([0])
})

rule('11', 'a strict server forgets ids when it stops: with any the same append is written again, an exact one is not', { seen: { onlyHere: 'an option of the embedded server' }, waits: true }, async (server) => {
  const own = await OwnServer.start(server, { strict: true })
  const [loose, exact] = [event(), event()]
  await own.append('loose', loose)
  await own.append('exact', exact, 'no_stream')
  await own.restart()
  await own.append('loose', loose)
  await own.append('exact', exact, 'no_stream')
  expect([await revisions(own, 'loose'), await revisions(own, 'exact')]).to.deep.equal([[0, 1], [0]])
})

rule('11', 'on a strict server links of projections come later than the answer', { seen: { onlyHere: 'an option of the embedded server' }, waits: true }, async (server) => {
  const own = await OwnServer.start(server, { strict: true, startStandardProjections: true })
  const links = async (category: string) => (await all(own.client.readStream(`$ce-${category}`)).catch(() => [])).length
  // A busy machine may be later than the link, but not each time.
  const seenAtOnce: number[] = []
  for (let n = 0; n < 5; n += 1) {
    await own.append(`cat${n}-1`, event())
    seenAtOnce.push(await links(`cat${n}`))
    await becomes(() => links(`cat${n}`), 1)
  }
  expect(seenAtOnce).to.include(0)
})
