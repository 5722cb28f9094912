import type { Random } from '../testing/random.ts'

/** One append that was sent. Its answer is undefined when none came: then it may be there, whole, or not at all. */
export type Sent = {
  readonly stream: string
  readonly events: readonly { readonly id: string; readonly data: string }[]
  answer?: { readonly revision: bigint; readonly position: bigint }
}

/** Something that a reader saw. */
export type Sighting = {
  readonly stream: string
  readonly revision: bigint
  readonly position: bigint
  readonly id: string
}

/** What the clients of one round know, when its server is dead. */
export type Observed = { readonly sent: readonly Sent[]; readonly sightings: readonly Sighting[] }

/** Some events, small ones and some that fill several pages of the file. */
export const newAppend = (random: Random, stream: string): Sent => ({
  stream,
  events: Array.from({ length: random.int(1, 5) }, () => {
    const id = random.uuid()
    return {
      id,
      data: JSON.stringify({ id, filler: id.repeat(random.chance(0.1) ? random.int(100, 600) : random.int(0, 8)) }),
    }
  }),
})
