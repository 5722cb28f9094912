import gossip from '@eventstore/db-client/generated/gossip_pb.js'
import { structuredUuid } from './uuid.ts'

export type Member = { readonly instanceId: string; readonly host: string; readonly port: number }

/** One member, alive, leader: a single node. Clients that discover connect to the address told here. */
export const clusterInfo = ({ instanceId, host, port }: Member, now: number): gossip.ClusterInfo =>
  new gossip.ClusterInfo().setMembersList([
    new gossip.MemberInfo()
      .setInstanceId(structuredUuid(instanceId))
      .setTimeStamp(String(BigInt(Math.floor(now)) * 10_000n))
      .setState(gossip.MemberInfo.VNodeState.LEADER)
      .setIsAlive(true)
      .setHttpEndPoint(new gossip.EndPoint().setAddress(host).setPort(port)),
  ])
