import { distance } from 'fastest-levenshtein'
import { fileVariableOf } from '../infrastructure/lifecycle/secret-files.ts'
import type { Examined } from './examined.ts'
import { fine, wrong, type Finding } from './finding.ts'
import { processNames, processOf } from './processes.ts'

const about = 'names of variables'

const ours: ReadonlySet<string> = new Set(
  processNames
    .flatMap((name) => Object.keys(processOf(name).schema.shape))
    .flatMap((name) => [name, fileVariableOf(name)]),
)

/** One letter too few, too many, another, or two that changed places. */
const farthest = 2
/** Short names are near too many that are somebody else's: `HOME` is two letters from `HOST`. */
const shortest = 8

/** The name of ours that was probably meant. */
const meantBy = (name: string): string | undefined =>
  name.length < shortest ? undefined : [...ours].find((known) => distance(name, known) <= farthest)

/**
 * An environment is full of names that are not the shop's, so no process can refuse one that it does not know: a setting whose name is
 * misspelled would be passed over in silence. Here those are named that are nearly one of ours; values are not repeated.
 */
export const checkVariableNames = ({ environment }: Pick<Examined, 'environment'>): readonly Finding[] => {
  const misspelled = Object.keys(environment)
    .filter((name) => !ours.has(name))
    .flatMap((name) => {
      const meant = meantBy(name)
      return meant === undefined ? [] : [`${name} (${meant}?)`]
    })
    .sort()
  return [
    misspelled.length === 0
      ? fine(about, 'none is nearly one of the shop’s')
      : wrong(about, `no process knows ${misspelled.join(', ')}`, 'Set them under the names in .env.example.'),
  ]
}
