import { createHmac, timingSafeEqual } from 'node:crypto'

/** The header that carries the signature: `t=<seconds since 1970>,v1=<hex>`; several `v1` while a secret is being changed. */
export const signatureHeader = 'Webhook-Signature'

const mac = (secret: string, seconds: string, body: Uint8Array): Buffer =>
  createHmac('sha256', secret).update(`${seconds}.`).update(body).digest()

/** Signs the bytes of a body together with the time, so that an old message can't be sent again later. */
export const signWebhook = (secret: string, body: Uint8Array, now: Date): string => {
  const seconds = String(Math.floor(now.getTime() / 1000))
  return `t=${seconds},v1=${mac(secret, seconds, body).toString('hex')}`
}

export type SignatureCheck = 'valid' | 'malformed' | 'wrong' | 'too_old'

/** Some 5 minutes either way: enough for clocks that differ, too little for a collected message to be of use. */
export const signatureToleranceSeconds = 300

/** `body` must be the bytes as they came: a body that was parsed and written again is another one. Takes the same time for any wrong signature. */
export const verifyWebhook = (
  secret: string,
  header: string | undefined,
  body: Uint8Array,
  now: Date,
): SignatureCheck => {
  const parts = (header ?? '').split(',').map((part) => part.trim().split('=', 2) as [string, string?])
  const seconds = parts.find(([name]) => name === 't')?.[1]
  const signatures = parts.flatMap(([name, value]) => (name === 'v1' && value !== undefined ? [value] : []))
  if (seconds === undefined || !/^\d{1,12}$/.test(seconds) || signatures.length === 0) return 'malformed'

  const expected = mac(secret, seconds, body)
  const isSigned = signatures.some((signature) => {
    const given = Buffer.from(signature, 'hex')
    return given.length === expected.length && timingSafeEqual(given, expected)
  })
  if (!isSigned) return 'wrong'
  return Math.abs(now.getTime() / 1000 - Number(seconds)) > signatureToleranceSeconds ? 'too_old' : 'valid'
}
