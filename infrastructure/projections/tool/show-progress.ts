const isShown = (): boolean => process.stderr.isTTY

/** On one line of a terminal, again and again; `end` takes it away. */
export const showProgress = () => {
  let shownAt = 0
  const line = (text: string) => process.stderr.write(`\r\u001b[K${text}`)
  return {
    show: (name: string, events: number, share: number) => {
      if (!isShown() || (Date.now() - shownAt < 100 && share < 1)) return
      shownAt = Date.now()
      line(`${name}: ${Math.floor(share * 100)} %, ${events} events`)
    },
    verifying: (name: string) => {
      if (isShown()) line(`${name}: verifying`)
    },
    end: () => {
      if (isShown()) line('')
    },
  }
}
