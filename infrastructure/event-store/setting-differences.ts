import { fromServerSettings, toServerSettings } from './group-settings.ts'
import type { GroupSettings, WholeGroupSettings } from './port.ts'

type Value = string | number | boolean

export type SettingDifference = {
  readonly setting: keyof WholeGroupSettings
  readonly wanted: Value
  readonly found: Value
}

/** What a group has otherwise than wanted, in the order of the settings' names. What the server does not say is no difference. */
export const settingDifferences = (wanted: GroupSettings, found: WholeGroupSettings): readonly SettingDifference[] => {
  const whole = fromServerSettings(toServerSettings(wanted))
  return (Object.keys(whole) as (keyof WholeGroupSettings)[]).sort().flatMap((setting) => {
    const [one, other] = [whole[setting], found[setting]]
    return one === undefined || other === undefined || one === other ? [] : [{ setting, wanted: one, found: other }]
  })
}

/** One after another, for a line in a log or on a screen. */
export const differencesText = (differences: readonly SettingDifference[]): string =>
  differences.map(({ setting, wanted, found }) => `${setting} ${found}, wanted ${wanted}`).join('; ')
