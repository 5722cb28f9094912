import type { Read } from './read.ts'

/**
 * What .NET 10 (SDK 10.0.401, `Regex.Match` with culture-invariant case) made of patterns that filter by the names of streams and events, asked one by one on 2026-11-25: what it found
 * a match in, and what it did not.
 */
export const FILTERS_OF_NAMES: readonly Read[] = [
  [
    '^[^$].*',
    ['OrderPlaced', 'order-1', 'ORDER-1', 'order-\u00e4\u00f6\u00fc', 'order-42-x', 'stock_SKU.1'],
    ['$metadata', '$ce-order', ''],
  ],
  [
    '^order-',
    ['order-1', 'order-\u00e4\u00f6\u00fc', 'order-42-x'],
    ['OrderPlaced', '$metadata', '$ce-order', 'ORDER-1', 'stock_SKU.1', ''],
  ],
  [
    '^(?!\\$)',
    ['OrderPlaced', 'order-1', 'ORDER-1', 'order-\u00e4\u00f6\u00fc', 'order-42-x', 'stock_SKU.1', ''],
    ['$metadata', '$ce-order'],
  ],
  [
    '^(?:order|stock)-',
    ['order-1', 'order-\u00e4\u00f6\u00fc', 'order-42-x'],
    ['OrderPlaced', '$metadata', '$ce-order', 'ORDER-1', 'stock_SKU.1', ''],
  ],
  [
    'laced$',
    ['OrderPlaced'],
    ['order-1', '$metadata', '$ce-order', 'ORDER-1', 'order-\u00e4\u00f6\u00fc', 'order-42-x', 'stock_SKU.1', ''],
  ],
  [
    '(?i)^order-\\d+$',
    ['order-1', 'ORDER-1'],
    ['OrderPlaced', '$metadata', '$ce-order', 'order-\u00e4\u00f6\u00fc', 'order-42-x', 'stock_SKU.1', ''],
  ],
  [
    '^order-[0-9a-f]{1,8}$',
    ['order-1'],
    ['OrderPlaced', '$metadata', '$ce-order', 'ORDER-1', 'order-\u00e4\u00f6\u00fc', 'order-42-x', 'stock_SKU.1', ''],
  ],
  [
    '^[a-z-[aeiou]]',
    ['stock_SKU.1'],
    ['OrderPlaced', 'order-1', '$metadata', '$ce-order', 'ORDER-1', 'order-\u00e4\u00f6\u00fc', 'order-42-x', ''],
  ],
  [
    '^(?>[a-z]+)-',
    ['order-1', 'order-\u00e4\u00f6\u00fc', 'order-42-x'],
    ['OrderPlaced', '$metadata', '$ce-order', 'ORDER-1', 'stock_SKU.1', ''],
  ],
  [
    '^\\p{Lu}\\p{Ll}+',
    ['OrderPlaced'],
    ['order-1', '$metadata', '$ce-order', 'ORDER-1', 'order-\u00e4\u00f6\u00fc', 'order-42-x', 'stock_SKU.1', ''],
  ],
  [
    '^\\w+-\\w+$',
    ['order-1', 'ORDER-1', 'order-\u00e4\u00f6\u00fc'],
    ['OrderPlaced', '$metadata', '$ce-order', 'order-42-x', 'stock_SKU.1', ''],
  ],
  [
    '(?x) ^ order - \\d+ # one order',
    ['order-1', 'order-42-x'],
    ['OrderPlaced', '$metadata', '$ce-order', 'ORDER-1', 'order-\u00e4\u00f6\u00fc', 'stock_SKU.1', ''],
  ],
  [
    "^(?'kind'order|stock)",
    ['order-1', 'order-\u00e4\u00f6\u00fc', 'order-42-x', 'stock_SKU.1'],
    ['OrderPlaced', '$metadata', '$ce-order', 'ORDER-1', ''],
  ],
  [
    '\\Aorder-1\\z',
    ['order-1'],
    ['OrderPlaced', '$metadata', '$ce-order', 'ORDER-1', 'order-\u00e4\u00f6\u00fc', 'order-42-x', 'stock_SKU.1', ''],
  ],
  [
    '^.*-(?<n>\\d)$',
    ['order-1', 'ORDER-1'],
    ['OrderPlaced', '$metadata', '$ce-order', 'order-\u00e4\u00f6\u00fc', 'order-42-x', 'stock_SKU.1', ''],
  ],
  [
    '^order-(?!1)',
    ['order-\u00e4\u00f6\u00fc', 'order-42-x'],
    ['OrderPlaced', 'order-1', '$metadata', '$ce-order', 'ORDER-1', 'stock_SKU.1', ''],
  ],
  [
    '(?<=order-)\\d',
    ['order-1', 'order-42-x'],
    ['OrderPlaced', '$metadata', '$ce-order', 'ORDER-1', 'order-\u00e4\u00f6\u00fc', 'stock_SKU.1', ''],
  ],
  [
    '^(\\w)\\1|x',
    ['order-42-x'],
    ['OrderPlaced', 'order-1', '$metadata', '$ce-order', 'ORDER-1', 'order-\u00e4\u00f6\u00fc', 'stock_SKU.1', ''],
  ],
  [
    '^[\\w-[\\d_]]+$',
    ['OrderPlaced'],
    ['order-1', '$metadata', '$ce-order', 'ORDER-1', 'order-\u00e4\u00f6\u00fc', 'order-42-x', 'stock_SKU.1', ''],
  ],
]
