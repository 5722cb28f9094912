import { z } from 'zod'

/** Parts of letters, digits and a few signs with single dots between: of every script, as mail servers take them that know SMTPUTF8. */
const localPart = /^[\p{L}\p{M}\p{N}_'+-]+(?:\.[\p{L}\p{M}\p{N}_'+-]+)*$/u
/** Some of them show nothing (Hangul's fillers, variation selectors): two mailboxes would look like one. */
const unseen = /\p{Default_Ignorable_Code_Point}/u
const domainName = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/
/** In octets: RFC 5321, 4.5.3.1, and 254 for the whole, so that it fits between the brackets of a path. */
const longest = { localPart: 64, whole: 254 }

/** In ASCII. What would be dropped on the way (what nobody sees), or taken for a number, is no domain. */
const asciiDomain = (domain: string): string | undefined => {
  if (!/^[\p{L}\p{M}\p{N}.-]+$/u.test(domain)) return undefined
  const ascii = URL.parse(`http://${domain}`)?.hostname
  return ascii !== undefined && domainName.test(ascii) ? ascii : undefined
}

const isAddress = (address: string): boolean => {
  const at = address.lastIndexOf('@')
  const name = address.slice(0, Math.max(at, 0))
  const domain = asciiDomain(address.slice(at + 1))
  return (
    domain !== undefined &&
    localPart.test(name) &&
    !unseen.test(name) &&
    Buffer.byteLength(name) <= longest.localPart &&
    Buffer.byteLength(name) + 1 + domain.length <= longest.whole
  )
}

/** One address, kept as it was sent: a domain of another script becomes ASCII when a mail goes there. */
export const emailAddress = z
  .string()
  .refine(isAddress, 'This is not an e-mail address.')
  // Two ways to write one letter would be two mailboxes.
  .refine((address) => address === address.normalize('NFC'), 'Write this in composed characters (NFC).')
  .meta({ format: 'idn-email', maxLength: longest.whole, example: 'ada@example.com' })
