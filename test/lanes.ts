/** Runs the parts of each lane one after another, and the lanes side by side or, where they would disturb one another, in turn. */
export const runLanes = async <Part>(
  lanes: readonly (readonly Part[])[],
  run: (part: Part) => Promise<void>,
  { sideBySide }: { readonly sideBySide: boolean },
): Promise<void> => {
  const runLane = async (lane: readonly Part[]): Promise<void> => {
    for (const part of lane) await run(part)
  }
  if (sideBySide) await Promise.all(lanes.map(runLane))
  else await runLane(lanes.flat())
}
