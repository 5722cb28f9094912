import projectionsGrpc from '@eventstore/db-client/generated/projections_grpc_pb.js'
import messages from '@eventstore/db-client/generated/projections_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import type grpc from '@grpc/grpc-js'
import { handlerFailed, notFound, unimplemented } from '../grpc/errors.ts'
import { ending, unary } from '../grpc/guard.ts'
import type { OpenCalls } from '../grpc/open-calls.ts'
import { ResponseStream } from '../grpc/response-stream.ts'
import type { ProjectionInfo, Projections } from './projections.ts'
import type { StandardProjection } from './standard-projections.ts'

export const projectionsService: grpc.ServiceDefinition = projectionsGrpc.ProjectionsService

/** The standard projections can be turned on and off and looked at. Projections written by users are not offered. */
export const projectionsImplementation = (
  projections: Projections,
  open: OpenCalls,
): grpc.UntypedServiceImplementation => {
  const named = (request: { getOptions(): { getName(): string } | undefined }): StandardProjection => {
    const options = request.getOptions()
    if (options === undefined) throw handlerFailed('Options are missing.')
    return existing(projections, options.getName())
  }
  const statistics = async (
    call: grpc.ServerWritableStream<messages.StatisticsReq, messages.StatisticsResp>,
  ): Promise<void> => {
    const responses = new ResponseStream<messages.StatisticsResp>(call)
    for (const info of asked(projections, call.request)) {
      await responses.send(new messages.StatisticsResp().setDetails(details(info)))
    }
  }
  return {
    enable: unary(async (request: messages.EnableReq) => {
      await projections.enable(named(request))
      return new messages.EnableResp()
    }),
    disable: unary(async (request: messages.DisableReq) => {
      await projections.disable(named(request), request.getOptions()?.getWriteCheckpoint() === false ? 'abort' : 'stop')
      return new messages.DisableResp()
    }),
    statistics: ending(open, statistics),
    // Nothing there could have got stuck.
    restartSubsystem: unary(() => new shared.Empty()),
    create: unary(refuse),
    update: unary((request: messages.UpdateReq) => refuseFor(named(request))),
    delete: unary((request: messages.DeleteReq) => refuseFor(named(request))),
    // A projection that begins anew finds its links written already, and writes none twice.
    reset: unary((request: messages.ResetReq) => {
      named(request)
      return new messages.ResetResp()
    }),
    state: unary((request: messages.StateReq) => refuseFor(named(request))),
    result: unary((request: messages.ResultReq) => refuseFor(named(request))),
  }
}

export const NO_USER_PROJECTIONS =
  'This server runs the standard projections only; projections in JavaScript are not offered.'

const refuse = (): never => {
  throw unimplemented(NO_USER_PROJECTIONS)
}

const refuseFor = ({ name }: StandardProjection): never => {
  throw unimplemented(`${name} is a standard projection; it can be enabled, disabled and looked at only.`)
}

const existing = (projections: Projections, name: string): StandardProjection => {
  const projection = projections.find(name)
  if (projection === undefined) throw notFound(`Projection '${name}' not found`)
  return projection
}

/** By name, or by mode: all of these are continuous, none transient or of one time. */
const asked = (projections: Projections, request: messages.StatisticsReq): readonly ProjectionInfo[] => {
  const options = request.getOptions()
  if (options === undefined) throw handlerFailed('Options are missing.')
  if (options.hasName()) return [projections.info(existing(projections, options.getName()))]
  return options.hasAll() || options.hasContinuous() ? projections.infos() : []
}

const details = ({
  name,
  running,
  aborted,
  position,
  progress,
  processedSinceStart,
}: ProjectionInfo): messages.StatisticsResp.Details => {
  // The real server names the last position it has dealt with; -1 before the first.
  const last = String(position - 1n)
  const place = `C:${last}/P:${last}`
  return new messages.StatisticsResp.Details()
    .setName(name)
    .setEffectivename(name)
    .setMode('Continuous')
    .setStatus(running ? 'Running' : aborted ? 'Aborted' : 'Stopped')
    .setVersion('1')
    .setEpoch('-1')
    .setPosition(place)
    .setLastcheckpoint(place)
    .setProgress(progress)
    .setEventsprocessedafterrestart(String(processedSinceStart))
    .setCheckpointstatus('')
    .setCoreprocessingtime('0')
    .setBufferedevents('0')
    .setStatereason('')
    .setWritesinprogress(0)
    .setReadsinprogress(0)
    .setPartitionscached(1)
    .setWritependingeventsbeforecheckpoint(0)
    .setWritependingeventsaftercheckpoint(0)
}
