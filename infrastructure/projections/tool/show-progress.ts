const isShown = (): boolean => process.stderr.isTTY

/** On one line of a terminal, again and again; `end` takes it away. */
export const showProgress = () => {
  let shownAt = 0
  return {
    show: (name: string, events: number, share: number) => {
      if (!isShown() || (Date.now() - shownAt < 100 && share < 1)) return
      shownAt = Date.now()
      process.stderr.write(`\r\u001b[K${name}: ${Math.floor(share * 100)} %, ${events} events`)
    },
    end: () => {
      if (isShown()) process.stderr.write('\r\u001b[K')
    },
  }
}
