/** @typedef {{ status: number, code: string, detail: string, retryAfterSeconds?: number | undefined }} ProblemFields */

/** What an API answers in place of what was asked for. `status` 0: nobody answered. */
export class Problem extends Error {
  /** @param {ProblemFields} fields */
  constructor({ status, code, detail, retryAfterSeconds }) {
    super(detail)
    this.name = 'Problem'
    this.status = status
    this.code = code
    this.retryAfterSeconds = retryAfterSeconds
  }

  /** Whether the same is worth asking again, after a while. */
  get passes() {
    return this.status === 0 || this.status === 429 || this.status >= 500
  }
}

/**
 * @param {number} status
 * @param {string} text the answer's body
 * @param {string | null} retryAfter
 * @returns {Problem}
 */
export const problemIn = (status, text, retryAfter = null) => {
  /** @type {{ code?: unknown, detail?: unknown, title?: unknown, errors?: unknown }} */
  let body = {}
  try {
    body = /** @type {typeof body} */ (JSON.parse(text)) ?? {}
  } catch {
    // Whoever answered is none of our APIs: its status is all there is to show.
  }
  const fields = Array.isArray(body.errors)
    ? body.errors.map((/** @type {{ path?: string, field?: string, message?: string }} */ one) =>
        [one.path ?? one.field, one.message].filter(Boolean).join(': '),
      )
    : []
  const said =
    [body.detail, body.title].filter((one) => typeof one === 'string').find((one) => one !== '') ??
    `It answered ${status}.`
  const seconds = Number(retryAfter ?? Number.NaN)
  return new Problem({
    status,
    code: typeof body.code === 'string' ? body.code : `http_${status}`,
    detail: [said, ...fields].join(' '),
    retryAfterSeconds: Number.isFinite(seconds) ? seconds : undefined,
  })
}

/** What a person can do about it, where the API's own words leave that open. @param {unknown} error @returns {string} */
export const wordsFor = (error) => {
  if (!(error instanceof Problem)) return error instanceof Error ? error.message : String(error)
  switch (error.status) {
    case 401:
      return 'Nothing was done: your token is not taken any more. Sign in again, then try once more.'
    case 403:
      return `Your role does not allow this. ${error.message}`
    case 409:
      return `Nothing was done: ${error.message}`
    case 412:
      return 'Somebody or something has changed this order since you looked at it, so nothing was done. What is shown now is how it stands: look again, then decide.'
    case 502:
    case 504:
      return `The process that answers this is away. ${error.message}`
    default:
      return error.message
  }
}
