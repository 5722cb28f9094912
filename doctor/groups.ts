import { differencesText } from '../infrastructure/event-store/setting-differences.ts'
import { groupState, lagOf } from '../processors/groups-tool/group-states.ts'
import { groupSettings } from '../processors/groups.ts'
import { serviceNames } from '../processors/services.ts'
import type { Examined } from './examined.ts'
import { fine, unknown, wrong, type Finding } from './finding.ts'

/** The persistent subscriptions: there, set as this release wants, and consumed. */
export const checkGroups = async ({ eventStore }: Pick<Examined, 'eventStore'>): Promise<readonly Finding[]> => {
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
      if (info.connections === 0)
        return wrong(
          about,
          'nobody consumes it',
          'Start the processors; PROCESSORS has to name this service in one of them.',
        )
      const lag = lagOf(info)
      return fine(about, `consumers: ${info.connections}${lag === undefined ? '' : `, ${lag} bytes of the log behind`}`)
    }),
  )
}
