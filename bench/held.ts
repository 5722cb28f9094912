import type { ChildName } from '../embedded/shop/child-name.ts'
import type { Shop } from '../embedded/shop/shop.ts'

/** Does `work` while some of the shop's processes stand still. */
export const whileHeld = async <Answer>(
  shop: Shop,
  names: readonly ChildName[],
  work: () => Promise<Answer>,
): Promise<Answer> => {
  const pids = names.map((name) => shop.child(name)?.pid).filter((pid) => pid !== undefined)
  const tell = (signal: NodeJS.Signals) => {
    for (const pid of pids) process.kill(pid, signal)
  }
  tell('SIGSTOP')
  try {
    return await work()
  } finally {
    tell('SIGCONT')
  }
}
