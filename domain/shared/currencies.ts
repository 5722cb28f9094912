/**
 * ISO 4217, list one, as its maintenance agency publishes it; of 2026-01-01. By how many decimals each has. What has none there ("not
 * applicable": gold, drawing rights, the codes for tests and for no currency) is nothing to pay in, and is left out. Not asked of Node:
 * its table says what shops use (no fils for IQD), keeps what there is no more, and changes with its version.
 */
const listOne: Readonly<Record<number, string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  2: `
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU
CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES
KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR
NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP
TRY TTD TWD TZS UAH USD USN UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG`,
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
}

const exponents = new Map(
  Object.entries(listOne).flatMap(([exponent, currencies]) =>
    currencies
      .trim()
      .split(/\s+/)
      .map((currency) => [currency, Number(exponent)] as const),
  ),
)

/** All that something can be priced in. */
export const currencies: readonly string[] = [...exponents.keys()]

export const isCurrency = (code: string): boolean => exponents.has(code)

/** How many decimals an amount of the currency has: 2 for EUR, 0 for JPY, 3 for KWD. Two for one that is not listed, or no more. */
export const decimalsOf = (currency: string): number => exponents.get(currency) ?? 2
