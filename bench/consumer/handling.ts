/** What a way of consuming calls while it runs. */
export type Handling = {
  /** For every delivery, wanted or not. */
  delivered(): void
  /** For what is wanted. */
  handle(metadata: unknown): Promise<void>
}
