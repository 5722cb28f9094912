import { inventoryProcess } from '../../../domain/inventory/process.ts'
import { orderProcess } from '../../../domain/orders/process.ts'
import { paymentProcess } from '../../../domain/payments/process.ts'
import { processManagers } from '../../../domain/process-managers.ts'
import type { ShopEvent } from '../../../domain/registry.ts'
import { commandIdOf } from '../../../domain/shared/ids.ts'
import { react, type ProcessManager } from '../../../domain/shared/process-manager.ts'
import type { Statement } from './statement.ts'
import type { Log } from './log.ts'

type Seen = { readonly recorded: Log[number]; readonly orderId: string | undefined }

/** Those whose answers are commands. */
const managers: readonly ProcessManager<ShopEvent, { readonly type: string }>[] = [
  orderProcess,
  inventoryProcess,
  paymentProcess,
]

/** Ids of the commands with which a group answers an event; none where it does not look at it. */
const idsAskedFor = (group: string, { event, id }: Log[number]): readonly string[] =>
  managers
    .filter((manager) => manager.group === group)
    .flatMap((manager) => react(manager, event, { eventId: id }))
    .map(({ type }, index) => commandIdOf(id, group, type, index))

const wrongWith = ({ recorded, orderId }: Seen, cause: Log[number] | undefined): readonly string[] => {
  const { $correlationId, $causationId, commandId, actor } = recorded.metadata
  if (orderId !== undefined && $correlationId !== orderId) return [`belongs to ${orderId}, and says ${$correlationId}`]
  // From outside: the command is the beginning of it.
  if ($causationId === commandId)
    return actor.type === 'system' && actor.id in groupNames ? [`the group ${actor.id} names no cause`] : []
  if (cause === undefined) return [`follows from ${$causationId}, which nobody has seen before`]
  if (actor.type !== 'system') return [`follows from an event, and a ${actor.type} is said to have done it`]
  const asked = idsAskedFor(actor.id, cause)
  return asked.length === 0 || asked.includes(commandId)
    ? []
    : [`its command id is not one that ${actor.id} makes of ${cause.event.type}`]
}
const groupNames = Object.fromEntries(processManagers.map(({ group }) => [group, true]))

export const everyEventHasACause: Statement = {
  number: 9,
  says: 'every event says who caused it and what it followed from, and no two share an id',
  watch: () => {
    const events = new Map<string, Log[number]>()
    const commands = new Map<string, string>()
    return (append) =>
      append.flatMap((recorded) => {
        const {
          event,
          id,
          metadata: { commandId, $causationId, actor },
        } = recorded
        const orderId = 'orderId' in event ? event.orderId : undefined
        const wrong = [...wrongWith({ recorded, orderId }, events.get($causationId))]
        if (events.has(id)) wrong.push('has the id of another event')
        events.set(id, recorded)
        const who = `${$causationId} by ${actor.type} ${actor.id}`
        if ((commands.get(commandId) ?? who) !== who) wrong.push('its command id is that of another command')
        commands.set(commandId, who)
        return wrong.map((text) => `${event.type} ${id}: ${text}`)
      })
  },
}
