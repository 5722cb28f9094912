/** Why an event is put aside: `code` is stable and counted by, `message` is for people. */
export type ParkReason = { readonly code: string; readonly message: string }

/**
 * What became of an event.
 * - `done`: handled, whether anything was written or it was all so already. `ignored`: nothing here looks at it.
 * - `retry`: not now; again after so many milliseconds, and its key waits with it.
 * - `park`: no repetition will help; put it aside for a person.
 */
export type Outcome =
  | 'done'
  | 'ignored'
  | { readonly retry: number; readonly reason: string }
  | { readonly park: ParkReason }
