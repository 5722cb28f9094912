import type { ListedDispute } from '../listing.ts'

/**
 * What a dispute's status says of the money: docs.stripe.com/disputes/how-disputes-work. An inquiry (`warning_…`) moves none, be it opened
 * or closed; if it becomes a dispute, money is withdrawn. What was prevented, or is appealed against, is kept as it was known before.
 */
export const disputeStatusOf = (status: string): ListedDispute['status'] => {
  switch (status) {
    case 'needs_response':
    case 'under_review':
      return 'open'
    case 'won':
    case 'lost':
      return status
    default:
      return 'uncounted'
  }
}
