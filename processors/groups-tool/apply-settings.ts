import type { Groups, GroupSettings } from '../../infrastructure/event-store/port.ts'
import { differencesText } from '../../infrastructure/event-store/setting-differences.ts'
import { groupState, isAsWanted, type GroupState } from './group-states.ts'

/** What a group needs to be as wanted. One that is so already is left alone: an update would drop its consumers for nothing. */
export type Action = 'none' | 'create' | 'update'

export type Applied = GroupState & { readonly action: Action; readonly done: boolean; readonly failed?: string }

export const actionFor = (state: GroupState): Action => {
  if (isAsWanted(state)) return 'none'
  return state.info === undefined ? 'create' : 'update'
}

const apply = async (
  store: Pick<Groups, 'ensureGroup' | 'updateGroup' | 'groupInfo'>,
  group: string,
  action: Action,
  wanted: GroupSettings,
): Promise<void> => {
  if (action === 'none') return
  if (action === 'create') await store.ensureGroup(group, wanted)
  else await store.updateGroup(group, wanted)
  // What the store has answered is not what it has.
  const after = await groupState(store, group, wanted)
  if (!isAsWanted(after))
    throw new Error(after.info === undefined ? 'it is missing' : `it still has ${differencesText(after.differences)}`)
}

/** One group after the other; one that fails does not keep the rest from being changed. */
export async function* applySettings(
  store: Pick<Groups, 'ensureGroup' | 'updateGroup' | 'groupInfo'>,
  states: readonly GroupState[],
  wanted: GroupSettings,
): AsyncGenerator<Applied, void, undefined> {
  for (const state of states) {
    const action = actionFor(state)
    try {
      await apply(store, state.group, action, wanted)
      yield { ...state, action, done: action !== 'none' }
    } catch (error) {
      yield { ...state, action, done: false, failed: error instanceof Error ? error.message : String(error) }
    }
  }
}
