/**
 * Asks, and answers whoever asks within so many milliseconds the same: however many look, the work is done once. A failure is told to
 * those who waited for it, and not kept.
 */
export const keptFor = <Answer>(
  milliseconds: number,
  now: () => number,
  ask: () => Promise<Answer>,
): (() => Promise<Answer>) => {
  let known: { readonly at: number; readonly answer: Promise<Answer> } | undefined
  return () => {
    const at = now()
    if (known !== undefined && at - known.at < milliseconds) return known.answer
    const answer = ask()
    const asked = { at, answer }
    known = asked
    answer.catch(() => {
      if (known === asked) known = undefined
    })
    return answer
  }
}
