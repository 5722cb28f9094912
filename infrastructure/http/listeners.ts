import { HttpFault } from './problem.ts'

export type SeatsOfListeners = {
  /** Answers what gives the seat back. @throws HttpFault 429 `too_many_listeners` */
  take(subject: string): () => void
  taken(): number
}

/** Who listens keeps a connection for as long as they like: so many of one subject, and so many in all. */
export const createSeatsOfListeners = ({
  mostOfOne,
  most,
}: {
  readonly mostOfOne: number
  readonly most: number
}): SeatsOfListeners => {
  const bySubject = new Map<string, number>()
  let all = 0
  return {
    take(subject) {
      const own = bySubject.get(subject) ?? 0
      if (own >= mostOfOne || all >= most)
        throw new HttpFault(
          429,
          'too_many_listeners',
          own >= mostOfOne
            ? `This subject listens ${mostOfOne} times already. Close one of the streams.`
            : 'Too many listen at the moment. Ask again later.',
          { headers: { 'Retry-After': '10' } },
        )
      bySubject.set(subject, own + 1)
      all += 1
      let isGiven = false
      return () => {
        if (isGiven) return
        isGiven = true
        all -= 1
        const left = (bySubject.get(subject) ?? 1) - 1
        if (left === 0) bySubject.delete(subject)
        else bySubject.set(subject, left)
      }
    },
    taken: () => all,
  }
}
