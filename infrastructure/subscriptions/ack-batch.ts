/** Collects acknowledgements, so that many go out as one message. */
export type AckBatch = {
  add(ackId: string): void
  /** Answers when everything added so far has been handed over. */
  flush(): Promise<void>
}

/** Sends at `size`, or `lingerMs` after the first that waits. `send` must not reject: an acknowledgement is only a hint. */
export const createAckBatch = (
  { size, lingerMs, send }: { readonly size: number; readonly lingerMs: number; readonly send: (ackIds: readonly string[]) => Promise<void> },
): AckBatch => {
  let waiting: string[] = []
  let timer: NodeJS.Timeout | undefined
  const sending = new Set<Promise<void>>()

  const go = () => {
    clearTimeout(timer)
    timer = undefined
    if (waiting.length === 0) return
    const batch = waiting
    waiting = []
    const sent = send(batch).finally(() => sending.delete(sent))
    sending.add(sent)
  }

  return {
    add(ackId) {
      waiting.push(ackId)
      if (waiting.length >= size) go()
      else timer ??= setTimeout(go, lingerMs)
    },
    async flush() {
      go()
      await Promise.all(sending)
    },
  }
}
