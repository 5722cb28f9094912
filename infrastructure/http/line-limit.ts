/** Bounds the lines in the log that are about callers who are not signed in: anybody can cause them, and disks are finite. */
export type LineLimit = {
  /** Counts one of this address, also when it may not be written. */
  mayWrite(address: string): boolean
  /** How many were left out since this was last asked, told once their time is over; 0 before. */
  leftOut(): number
}

const windowMs = 10_000
const linesOfOne = 20
const linesOfAll = 200

export const createLineLimit = (now: () => number): LineLimit => {
  let until = 0
  let written = 0
  let leftOut = 0
  let untold = 0
  let byAddress = new Map<string, number>()

  const turnWindow = () => {
    if (now() < until) return
    until = now() + windowMs
    untold += leftOut
    written = 0
    leftOut = 0
    byAddress = new Map()
  }

  return {
    mayWrite(address) {
      turnWindow()
      const ofOne = byAddress.get(address) ?? 0
      if (written >= linesOfAll || ofOne >= linesOfOne) {
        leftOut += 1
        return false
      }
      written += 1
      byAddress.set(address, ofOne + 1)
      return true
    },
    leftOut() {
      turnWindow()
      const told = untold
      untold = 0
      return told
    },
  }
}
