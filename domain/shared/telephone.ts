/**
 * As E.164 writes it: `+491700000000`. Undefined for a number without its country code, and for one that is too short or too long.
 * (https://www.itu.int/rec/T-REC-E.164: fifteen digits at most.)
 */
export const internationalNumber = (phone: string): string | undefined => {
  // A trunk zero in brackets is for callers from within the country.
  const number = phone.replace('(0)', '').replaceAll(/[ ()./-]/g, '')
  return /^\+[1-9]\d{6,14}$/.test(number) ? number : undefined
}
