import PostalMime from 'postal-mime'

/** What stands in a mail. */
export type Contents = { readonly messageId: string; readonly subject: string; readonly text: string }

/** A mail that cannot be taken apart (one that is nested without end) is shown as it came. */
export const contentsOf = async (raw: Buffer): Promise<Contents> => {
  try {
    const { messageId = '', subject = '', text = '' } = await PostalMime.parse(raw)
    return { messageId, subject, text }
  } catch {
    return { messageId: '', subject: '', text: raw.toString() }
  }
}
