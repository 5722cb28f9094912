import type { GroupInfo, Groups, GroupSettings } from '../../infrastructure/event-store/port.ts'
import { settingDifferences, type SettingDifference } from '../../infrastructure/event-store/setting-differences.ts'

export type GroupState = {
  readonly group: string
  /** Undefined: the group is missing. */
  readonly info: GroupInfo | undefined
  readonly differences: readonly SettingDifference[]
}

export const groupState = async (
  store: Pick<Groups, 'groupInfo'>,
  group: string,
  wanted: GroupSettings,
): Promise<GroupState> => {
  const info = await store.groupInfo(group)
  return { group, info, differences: info === undefined ? [] : settingDifferences(wanted, info.settings) }
}

/** Whether there is nothing to be done about it. */
export const isAsWanted = ({ info, differences }: GroupState): boolean => info !== undefined && differences.length === 0

/** In bytes of the log, from where the group has everything to the last that it has seen. Undefined: not known. */
export const lagOf = ({ lastKnown, lastCheckpointed }: GroupInfo): number | undefined =>
  lastKnown === undefined || lastCheckpointed === undefined
    ? undefined
    : Math.max(0, Number(lastKnown.commit - lastCheckpointed.commit))
