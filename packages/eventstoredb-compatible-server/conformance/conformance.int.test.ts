import { readyServer, type ChildServer } from '../src/testing/child-server.ts'
import { loadChapters } from './suite/load-chapters.ts'
import { declareRules } from './suite/run-rules.ts'

await loadChapters()

describe('the embedded event store conforms', () => {
  const started: ChildServer[] = []
  const start = async (...options: readonly string[]): Promise<string> => {
    const server = await readyServer(['--port', '0', '--memory', ...options], { EXIT_WITH_PARENT: '1' })
    started.push(server)
    return server.url
  }
  let url = ''

  before(async () => {
    url = await start()
  })
  after(() => Promise.all(started.map((server) => server.end('SIGKILL'))))

  declareRules({ url: () => url, embedded: true, projecting: () => start('--projections'), version: () => '' })
})
