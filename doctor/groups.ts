import { differencesText } from '../infrastructure/event-store/setting-differences.ts'
import { oldestUndone } from '../infrastructure/subscriptions/group-lag.ts'
import { groupState } from '../processors/groups-tool/group-states.ts'
import { groupSettings } from '../processors/groups.ts'
import { serviceNames } from '../processors/services.ts'
import type { Examined } from './examined.ts'
import { fine, unknown, wrong, type Finding } from './finding.ts'

/** As the alert GroupIsBehind has it. */
const mostSeconds = 60

/** The persistent subscriptions: there, set as this release wants, consumed, and not far behind. */
export const checkGroups = async (
  { eventStore }: Pick<Examined, 'eventStore'>,
  now: () => Date = () => new Date(),
): Promise<readonly Finding[]> => {
  if ('fault' in eventStore) return [unknown('groups', 'the event store does not answer')]
  const { store } = eventStore
  return Promise.all(
    serviceNames.map(async (group) => {
      const about = `group ${group}`
      const { info, differences } = await groupState(store, group, groupSettings)
      if (info === undefined)
        return wrong(about, 'missing', `Start the processors, which make it, or npm run groups -- apply ${group}.`)
      if (differences.length > 0) {
        return wrong(
          about,
          `is set otherwise than wanted: ${differencesText(differences)}`,
          `npm run groups -- apply ${group}`,
        )
      }
      const oldest = await oldestUndone(store, group)
      const seconds = oldest === undefined ? 0 : Math.round((now().getTime() - oldest.getTime()) / 1_000)
      if (info.connections === 0)
        return wrong(
          about,
          `nobody consumes it${seconds > 0 ? `; its oldest event waits for ${seconds} s` : ''}`,
          'Start the processors; PROCESSORS has to name this service in one of them.',
        )
      return seconds > mostSeconds
        ? wrong(
            about,
            `is behind: its oldest event that is not done waits for ${seconds} s`,
            'docs/operations/subscriptions.md#the-lag-grows-and-nothing-is-paused',
          )
        : fine(about, `consumers: ${info.connections}, ${seconds > 0 ? `${seconds} s behind` : 'all is done'}`)
    }),
  )
}
