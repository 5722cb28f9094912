/**
 * Names that can't be written to. `$all` is no stream. `$$` would be the metadata of a stream without a name; the real server
 * acknowledges such a write and then dies of it. Undefined when the name is fine.
 */
export const refusalOfStream = (stream: string): 'access_denied' | 'bad_name' | undefined => {
  if (stream === '$all') return 'access_denied'
  return stream === '' || stream === '$$' ? 'bad_name' : undefined
}
