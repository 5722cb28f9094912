/** What is to be done with an append. */
export type Decision =
  | { readonly kind: 'write' }
  | { readonly kind: 'already_written'; readonly revision: bigint }
  | { readonly kind: 'wrong_expected_version' }
  | { readonly kind: 'stream_deleted' }
