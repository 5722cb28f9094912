import { isDeepStrictEqual } from 'node:util'
import type { Post, Statement } from './statement.ts'

type Accepted = Post & { readonly answer: Extract<Post['answer'], { readonly kind: 'accepted' }> }
const isAccepted = (post: Post): post is Accepted => post.answer.kind === 'accepted'

const wrongWithin = (posts: readonly Post[]): readonly string[] => {
  const accepted = posts.filter(isAccepted)
  const [first] = accepted.toSorted((a, b) => a.endedAt - b.endedAt)
  if (first === undefined) return []
  const name = `key "${first.key}" of ${first.customerId}`
  return posts.flatMap((post) => {
    if (isAccepted(post)) {
      if (post.requestHash !== first.requestHash) return [`${name}: two different requests were accepted`]
      return isDeepStrictEqual(post.answer, first.answer) ? [] : [`${name}: two different answers`]
    }
    const { answer } = post
    if (answer.kind !== 'refused' || post.startedAt < first.endedAt) return []
    if (post.requestHash === first.requestHash) return [`${name}: refused as ${answer.code} after it had been accepted`]
    return answer.code === 'key_reused' ? [] : [`${name}: another request was refused as ${answer.code}`]
  })
}

const strangers = (posts: readonly Post[]): readonly string[] =>
  posts.flatMap(({ customerId, answer }) =>
    answer.kind === 'accepted' && answer.placed.customerId !== customerId
      ? [`${customerId} was answered with an order of ${answer.placed.customerId}`]
      : [],
  )

export const oneAnswerForAKey: Statement = {
  number: 6,
  says: "the same Idempotency-Key gives the same order and the same answer; with another body a refusal; never another customer's answer",
  whenQuiet: ({ posts = [] }) => {
    const byKey = Map.groupBy(posts, ({ customerId, key }) => JSON.stringify([customerId, key]))
    return [...[...byKey.values()].flatMap(wrongWithin), ...strangers(posts)]
  },
}
