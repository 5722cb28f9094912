import type { AllPage, StoredRecord } from '../log/types.ts'

type Page = Pick<AllPage, 'records' | 'next'>

/** All pages from a place on, whatever each of them holds. */
export const pagesFrom = <Start>(
  start: Start | bigint,
  read: (from: Start | bigint) => Page,
): readonly (readonly StoredRecord[])[] => {
  const pages: (readonly StoredRecord[])[] = []
  for (let from: Start | bigint | undefined = start; from !== undefined;) {
    const { records, next } = read(from)
    pages.push(records)
    from = next
  }
  return pages
}
