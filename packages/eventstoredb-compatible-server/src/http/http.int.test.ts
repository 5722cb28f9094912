import http from 'node:http'
import {
  jsonEvent,
  PARK,
  persistentSubscriptionToAllSettingsFromDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
  type PersistentSubscriptionToStreamResolvedEvent,
  type EventStoreDBClient,
} from '@eventstore/db-client'
import { expect } from 'chai'
import type { EventStore } from '../options.ts'
import { Opened } from '../testing/running-server.ts'
import { until } from '../testing/until.ts'
import { SERVER_VERSION } from '../version.ts'

type Answer = {
  readonly status: number | undefined
  readonly headers: http.IncomingHttpHeaders
  readonly text: string
  readonly json: unknown
}

const request = (port: number, method: string, path: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    http
      .request({ port, method, path, host: '127.0.0.1' }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        response.on('end', () => {
          const isJson = response.headers['content-type']?.startsWith('application/json') === true
          resolve({
            status: response.statusCode,
            headers: response.headers,
            text,
            json: isJson ? JSON.parse(text) : undefined,
          })
        })
      })
      .on('error', reject)
      .end()
  })

describe('the HTTP side (7)', () => {
  const opened = new Opened()
  let server: EventStore
  let client: EventStoreDBClient
  before(async () => {
    server = await opened.server()
    client = opened.client(server)
    await client.appendToStream('orders', [jsonEvent({ type: 'A', data: {} }), jsonEvent({ type: 'A', data: {} })])
    await client.createPersistentSubscriptionToStream(
      'orders',
      'group/one',
      persistentSubscriptionToStreamSettingsFromDefaults({
        startFrom: START,
        checkPointLowerBound: 1,
        checkPointUpperBound: 1,
      }),
    )
    await client.createPersistentSubscriptionToAll('all', persistentSubscriptionToAllSettingsFromDefaults())
  })
  after(() => opened.close())

  const get = (path: string) => request(server.port, 'GET', path)
  const statuses = async (...asked: readonly (readonly [string, string])[]): Promise<unknown[]> => {
    const answers: unknown[] = []
    for (const [method, path] of asked) answers.push((await request(server.port, method, path)).status)
    return answers
  }

  it('is alive without a word, in the code that is asked for', async () => {
    expect(
      await statuses(
        ['GET', '/health/live'],
        ['HEAD', '/health/live'],
        ['PUT', '/health/live'],
        ['GET', '/health/live?liveCode=200'],
      ),
    ).to.deep.equal([204, 204, 405, 200])
  })

  it('writes indented JSON, open to any origin', async () => {
    const { text, headers, json } = await get('/info')
    expect([
      headers['content-type'],
      headers['access-control-allow-origin'],
      headers['access-control-allow-methods'],
    ]).to.deep.equal(['application/json; charset=utf-8', '*', 'GET, OPTIONS'])
    expect(text.startsWith(`{\n  "esVersion": "${SERVER_VERSION}",\n`)).to.equal(true)
    expect(json).to.deep.equal({
      esVersion: SERVER_VERSION,
      state: 'leader',
      features: { projections: true, userManagement: false, atomPub: false },
      authentication: { type: 'insecure', properties: null },
    })
  })

  it('takes GET and OPTIONS, no HEAD; sends the root to the web page; knows no other path', async () => {
    expect(
      await statuses(
        ['OPTIONS', '/info'],
        ['HEAD', '/info'],
        ['POST', '/ping'],
        ['GET', '/nothing'],
        ['GET', '/streams/orders'],
        ['GET', '/'],
      ),
    ).to.deep.equal([200, 405, 405, 404, 404, 302])
    expect((await get('/web')).headers.location).to.equal('/web/index.html')
    expect((await get('/nothing')).text).to.equal('')
    expect(await statuses(['GET', '/subscriptions/%zz'])).to.deep.equal([400])
  })

  it('answers a ping, and lists its options', async () => {
    expect((await get('/ping')).json).to.deep.equal({
      text: 'Ping request successfully handled',
      msgTypeId: 123,
      label: 'Http',
    })
    const options = (await get('/info/options')).json as Record<string, unknown>[]
    expect(Object.keys(options[0] ?? {})).to.deep.equal(['name', 'description', 'group', 'value', 'possibleValues'])
  })

  it('gossips of its only member', async () => {
    const gossip = (await get('/gossip')).json as {
      members: Record<string, unknown>[]
      serverIp: string
      serverPort: number
    }
    expect([gossip.serverIp, gossip.serverPort, gossip.members.length]).to.deep.equal(['127.0.0.1', server.port, 1])
    const [member] = gossip.members
    expect([member?.['state'], member?.['isAlive'], member?.['httpEndPointPort'], member?.['esVersion']]).to.deep.equal(
      ['Leader', true, server.port, SERVER_VERSION],
    )
    expect(member?.['timeStamp']).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/)
    expect(Object.keys(member ?? {}).length).to.equal(21)
  })

  it('has statistics, whole or by path', async () => {
    const stats = (await get('/stats')).json as Record<string, Record<string, unknown>>
    expect(Object.keys(stats)).to.deep.equal(['proc', 'sys', 'es'])
    expect(((await get('/stats/proc')).json as Record<string, unknown>)['id']).to.equal(process.pid)
    expect(Object.keys((await get('/stats/sys/loadavg')).json as object)).to.deep.equal(['1m', '5m', '15m'])
    const writer = async () => (await get('/stats/es/queue/storageWriterQueue')).json as Record<string, unknown>
    const before = Number((await writer())['totalItemsProcessed'])
    await client.appendToStream('counted', jsonEvent({ type: 'A', data: {} }))
    const { totalItemsProcessed, length, lastProcessedMessage, currentIdleTime } = await writer()
    expect({ totalItemsProcessed, length, lastProcessedMessage }).to.deep.equal({
      totalItemsProcessed: before + 1,
      length: 0,
      lastProcessedMessage: 'Write',
    })
    expect(currentIdleTime).to.match(/^0:\d\d:\d\d:\d\d\.\d{7}$/)
    expect(await statuses(['GET', '/stats/none'], ['GET', '/stats/proc/toString'])).to.deep.equal([404, 404])
  })

  it('lists persistent subscriptions, shows one, and misses one (7.2)', async () => {
    const all = (await get('/subscriptions')).json as Record<string, unknown>[]
    expect(all.map((group) => [group['eventStreamId'], group['groupName']])).to.deep.equal([
      ['orders', 'group/one'],
      ['$all', 'all'],
    ])
    expect(all[0]?.['links']).to.deep.equal([
      { href: `http://127.0.0.1:${server.port}/subscriptions/orders/group%2Fone/info`, rel: 'detail' },
    ])
    expect(((await get('/subscriptions/orders')).json as unknown[]).length).to.equal(1)
    expect(((await get('/subscriptions?offset=1&count=1')).json as unknown[]).length).to.equal(1)
    const info = (await get('/subscriptions/orders/group%2Fone/info')).json as Record<string, unknown>
    expect(Object.keys(info['config'] as object)).to.deep.equal([
      'resolveLinktos',
      'startFrom',
      'startPosition',
      'messageTimeoutMilliseconds',
      'extraStatistics',
      'maxRetryCount',
      'liveBufferSize',
      'bufferSize',
      'readBatchSize',
      'preferRoundRobin',
      'checkPointAfterMilliseconds',
      'minCheckPointCount',
      'maxCheckPointCount',
      'maxSubscriberCount',
      'namedConsumerStrategy',
    ])
    expect([info['lastKnownEventNumber'], info['connections'], info['parkedMessageCount']]).to.deep.equal([1, [], 0])
    expect(
      await statuses(
        ['GET', '/subscriptions/orders/none/info'],
        ['GET', '/subscriptions/none'],
        ['POST', '/subscriptions/orders/none/replayParked'],
      ),
    ).to.deep.equal([404, 404, 404])
    expect(
      await statuses(
        ['POST', '/subscriptions/orders/none/replayParked?stopAt=-1'],
        ['OPTIONS', '/subscriptions/orders/none/nothing'],
        ['GET', '/subscriptions/orders/none/nothing'],
        ['OPTIONS', '/subscriptions/orders/none/info/nothing'],
      ),
    ).to.deep.equal([400, 200, 404, 404])
  })

  it('replays parked messages and restarts the subsystem, and tells of both in metrics (7.1, 7.2)', async () => {
    const got: bigint[] = []
    const errors: unknown[] = []
    const subscription = client.subscribeToPersistentSubscriptionToStream('orders', 'group/one')
    let parking = true
    subscription
      .on('error', (error) => errors.push(error))
      .on('data', (message: PersistentSubscriptionToStreamResolvedEvent) => {
        got.push(message.event?.revision ?? -1n)
        void (parking ? subscription.nack(PARK, 'no', message) : subscription.ack(message))
      })
    const labels = '{event_stream_id="orders",group_name="group/one"}'
    await until('both parked', async () =>
      (await get('/metrics')).text.includes(`eventstore_persistent_sub_parked_messages${labels} 2`),
    )
    const { text } = await get('/metrics')
    expect(text).to.include(
      `# TYPE eventstore_persistent_sub_connections gauge\neventstore_persistent_sub_connections${labels} 1\n`,
    )
    expect(text).to.include(`eventstore_persistent_sub_last_known_event_number${labels} 1\n`)
    expect(text).to.include(`eventstore_persistent_sub_items_processed${labels} 2\n`)
    expect(text).to.match(
      /eventstore_persistent_sub_last_known_event_commit_position\{event_stream_id="\$all",group_name="all"\} \d+\n/,
    )
    expect(text).to.include('eventstore_projection_status{projection="$by_category",status="Stopped"} 1\n')
    parking = false
    expect(await statuses(['POST', '/subscriptions/orders/group%2Fone/replayParked?stopAt=1'])).to.deep.equal([200])
    await until('the first again', () => got.length === 3)
    expect(await statuses(['POST', '/subscriptions/orders/group%2Fone/replayParked?stopAt=-1'])).to.deep.equal([400])
    expect(await statuses(['POST', '/subscriptions/orders/group%2Fone/replayParked'])).to.deep.equal([200])
    await until('the second again', () => got.length === 4)
    expect(got).to.deep.equal([0n, 1n, 0n, 1n])
    expect(await statuses(['POST', '/subscriptions/restart'])).to.deep.equal([200])
    await until('dropped', () => errors.length === 1)
  })

  it('refuses projections in JavaScript (7.2)', async () => {
    expect(await statuses(['POST', '/projections/continuous?name=x'])).to.deep.equal([501])
  })
})
