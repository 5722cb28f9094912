import net from 'node:net'
import grpc from '@grpc/grpc-js'
import features from '@eventstore/db-client/generated/serverfeatures_pb.js'
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js'
import featuresGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js'
import type { Server } from './server.ts'

/**
 * The server under test, made to look older: on a port of its own gRPC says that it has none of the methods that clients ask for first,
 * and HTTP/1.1 goes through to the server. Returns the connection string.
 */
export const olderServer = async (server: Server): Promise<string> => {
  const answer: grpc.handleUnaryCall<unknown, SupportedMethods> = (_call, done) =>
    done(null, new features.SupportedMethods().setEventStoreServerVersion('20.10.0'))
  const withoutMethods = new grpc.Server()
  withoutMethods.addService(featuresGrpc.ServerFeaturesService, { getSupportedMethods: answer })
  const injector = withoutMethods.createConnectionInjector(grpc.ServerCredentials.createInsecure())

  const sockets = new Set<net.Socket>()
  const opened = (socket: net.Socket): net.Socket =>
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket))
  const port = net.createServer((socket) => {
    sockets.add(opened(socket))
    socket.once('data', (first) => {
      socket.pause()
      socket.unshift(first)
      if (first.toString('latin1').startsWith('PRI ')) {
        injector.injectConnection(socket)
        return
      }
      const through = opened(net.connect(server.port, server.host))
      sockets.add(through)
      socket.pipe(through).pipe(socket)
    })
  })
  await new Promise<void>((resolve) => port.listen(0, '127.0.0.1', resolve))
  server.after(async () => {
    port.close()
    withoutMethods.forceShutdown()
    for (const socket of sockets) socket.destroy()
  })
  const address = port.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP port was expected')
  return `esdb://127.0.0.1:${address.port}?tls=false`
}
