import grpc from '@grpc/grpc-js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js'

/** Says what it is told to say, word for word, whatever is asked: for what no server at hand can be brought to say. */
export type ScriptedServer = {
  readonly url: string
  /** Answers of every read from now on; with `open` the call stays open after them, as a subscription does. */
  reads(answers: readonly streams.ReadResp[], ending: 'open' | 'end'): void
  close(): void
}

export const startScriptedServer = async (): Promise<ScriptedServer> => {
  const server = new grpc.Server()
  let reading: { readonly answers: readonly streams.ReadResp[]; readonly ending: 'open' | 'end' } = { answers: [], ending: 'end' }
  server.addService(streamsGrpc.StreamsService, {
    read: (call: grpc.ServerWritableStream<streams.ReadReq, streams.ReadResp>) => {
      for (const answer of reading.answers) call.write(answer)
      if (reading.ending === 'end') call.end()
    },
  })
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) => { if (error === null) resolve(bound); else reject(error) })
  })
  return {
    url: `esdb://127.0.0.1:${port}?tls=false`,
    reads: (answers, ending) => { reading = { answers, ending } },
    close: () => server.forceShutdown(),
  }
}

/** Positions are given as they go over the wire: unsigned. */
export const checkpointAt = (commit: bigint, prepare = commit): streams.ReadResp =>
  new streams.ReadResp().setCheckpoint(
    new streams.ReadResp.Checkpoint().setCommitPosition(commit.toString()).setPreparePosition(prepare.toString()))

export const confirmed = (): streams.ReadResp =>
  new streams.ReadResp().setConfirmation(new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId('scripted'))

export const caughtUp = (): streams.ReadResp => new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp())
