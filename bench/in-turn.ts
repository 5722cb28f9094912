/** What was measured on both sides, round by round. */
export type InTurn = {
  readonly shop: readonly number[]
  readonly bare: readonly number[]
  /** Of each round: the shop's figure divided by the other's. */
  readonly ratios: readonly number[]
}

/** One after the other, so many times (A B A B …): what disturbs the machine for a while disturbs both. */
export const inTurn = async (
  rounds: number,
  sides: { readonly shop: (round: number) => Promise<number>; readonly bare: (round: number) => Promise<number> },
  told: (round: number, shop: number, bare: number) => void,
): Promise<InTurn> => {
  const shop: number[] = []
  const bare: number[] = []
  const ratios: number[] = []
  for (let round = 1; round <= rounds; round += 1) {
    const [a, b] = [await sides.shop(round), await sides.bare(round)]
    shop.push(a)
    bare.push(b)
    ratios.push(a / b)
    told(round, a, b)
  }
  return { shop, bare, ratios }
}
