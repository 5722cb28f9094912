import Table from 'cli-table3'
import { positionToText } from '../../infrastructure/event-store/position.ts'
import type { SettingDifference } from '../../infrastructure/event-store/setting-differences.ts'
import { actionFor, type Applied } from './apply-settings.ts'
import { lagOf, type GroupState } from './group-states.ts'

export const stateAsJson = ({ group, info, differences }: GroupState) => ({
  group,
  exists: info !== undefined,
  status: info?.status ?? null,
  connections: info?.connections ?? null,
  inFlight: info?.inFlight ?? null,
  parked: info?.parked ?? null,
  checkpoint: info?.lastCheckpointed === undefined ? null : positionToText(info.lastCheckpointed),
  lastKnown: info?.lastKnown === undefined ? null : positionToText(info.lastKnown),
  lagBytes: (info && lagOf(info)) ?? null,
  settings: info?.settings ?? null,
  differences,
})

export const appliedAsJson = ({ group, action, done, failed, differences }: Applied) => ({
  group,
  action,
  done,
  failed: failed ?? null,
  differences,
})

const differencesTable = (states: readonly GroupState[]): string => {
  const table = new Table({ head: ['group', 'setting', 'wanted', 'found'], style: { head: [], border: [] } })
  const row = (group: string, { setting, wanted, found }: SettingDifference) =>
    table.push([group, setting, String(wanted), String(found)])
  for (const { group, differences } of states) for (const difference of differences) row(group, difference)
  return table.toString()
}

/** For people: each setting that is otherwise than wanted, and each group that is missing. */
export const differencesOf = (states: readonly GroupState[]): readonly string[] => {
  const missing = states.filter(({ info }) => info === undefined).map(({ group }) => group)
  return [
    ...(states.some(({ differences }) => differences.length > 0) ? [differencesTable(states)] : []),
    ...missing.map((group) => `${group}: missing; it is made when the processors start, or by apply`),
    ...(states.every((state) => actionFor(state) === 'none') ? ['All settings are as wanted.'] : []),
  ]
}

const known = (value: number | undefined): string => (value === undefined ? '?' : String(value))

/** For people. */
export const groupsText = (states: readonly GroupState[]): string => {
  const table = new Table({
    head: ['group', 'status', 'consumers', 'in flight', 'parked', 'lag (bytes)', 'checkpoint', 'settings'],
    style: { head: [], border: [] },
  })
  for (const { group, info, differences } of states) {
    table.push(
      info === undefined
        ? [group, 'missing', '', '', '', '', '', '']
        : [
            group,
            info.status,
            info.connections,
            known(info.inFlight),
            known(info.parked),
            known(lagOf(info)),
            info.lastCheckpointed === undefined ? 'none' : positionToText(info.lastCheckpointed),
            differences.length === 0 ? 'as wanted' : `${differences.length} differ`,
          ],
    )
  }
  return [table.toString(), ...differencesOf(states)].join('\n')
}

const done = { none: 'as wanted, left alone', create: 'created', update: 'updated' } as const

export const appliedLine = ({ group, action, failed }: Applied): string =>
  failed === undefined ? `${group}: ${done[action]}` : `${group}: failed: ${failed}`
