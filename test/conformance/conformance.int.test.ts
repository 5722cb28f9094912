import { readyServer, type ChildServer } from '../../embedded/event-store/testing/child-server.ts'
import { loadChapters } from './suite/load-chapters.ts'
import { declareRules } from './suite/run-rules.ts'

await loadChapters()

describe('the embedded event store conforms', () => {
  let server: ChildServer

  before(async () => {
    server = await readyServer(['--port', '0', '--memory'], { EXIT_WITH_PARENT: '1' })
  })
  after(() => server.end('SIGKILL'))

  declareRules({ url: () => server.url, embedded: true, version: () => '' })
})
