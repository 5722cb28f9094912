/**
 * Minor units by ISO 4217, list one, as published by its maintenance agency on 2026-01-01. Two where nothing is said here, which is also
 * where ISO says "not applicable" (gold). Not asked of Node: its table says what shops use (no fils for IQD), and changes with its version.
 */
const otherExponents: Readonly<Record<number, string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
}

const exponents = new Map(
  Object.entries(otherExponents).flatMap(([exponent, currencies]) =>
    currencies.split(' ').map((currency) => [currency, Number(exponent)] as const),
  ),
)

/** How many decimals an amount of the currency has: 2 for EUR, 0 for JPY, 3 for KWD. */
export const decimalsOf = (currency: string): number => exponents.get(currency) ?? 2
