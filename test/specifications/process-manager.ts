import { expect } from 'chai'
import type { ShopEvent } from '../../domain/registry.ts'
import { shopEvents } from '../../domain/registry.ts'
import type { ProcessManager } from '../../domain/shared/process-manager.ts'
import { react } from '../../domain/shared/process-manager.ts'

/** The id of the event in every specification. */
export const causeId = '00000000-0000-4000-8000-00000000cafe'

/**
 * Specifications of a process manager: `when(event).thenAsks(...answers)` and `.thenAsksNothing()`. Each line is a test of its own, and
 * looks twice: the same event must ask for the same again. `everyEventHasALine` closes the list.
 */
export const specificationOf = <Asked extends object>(
  processManager: ProcessManager<ShopEvent, Asked>,
  nameOf: (asked: Asked) => string = (asked) => ('type' in asked ? String(asked.type) : ''),
) => {
  const specified = new Set<string>()

  const asks = (event: ShopEvent, expected: readonly Asked[], title: string): void => {
    specified.add(event.type)
    it(title, () => {
      const cause = { eventId: causeId }
      expect(react(processManager, event, cause)).to.deep.equal(expected)
      expect(react(processManager, event, cause), 'the second time').to.deep.equal(expected)
    })
  }

  return {
    when: (event: ShopEvent, remark = '') => ({
      thenAsks: (...answers: readonly [Asked, ...Asked[]]): void =>
        asks(event, answers, `${event.type}${remark} → ${answers.map(nameOf).join(' + ')}`),
      thenAsksNothing: (): void => asks(event, [], `${event.type}${remark} → nothing`),
    }),
    everyEventHasALine: (): void => {
      const missing = Object.keys(shopEvents).filter((type) => !specified.has(type))
      it('every event type has a line', () => {
        expect(missing).to.deep.equal([])
      })
    },
  }
}
