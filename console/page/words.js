/** @param {string} type as it is stored: `OrderPlaced` @returns {string} `Order placed` */
export const eventWords = (type) => {
  const [first = '', ...rest] = type.split(/(?<=[a-z0-9])(?=[A-Z])/)
  return [first, ...rest.map((word) => word.toLowerCase())].join(' ')
}

/** @param {string} code `out_of_stock` @returns {string} `out of stock` */
export const codeWords = (code) => code.replaceAll('_', ' ')

/** @param {string} text */
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1)

/** @param {number} count @param {string} one @param {string} [many] else with an s */
export const counted = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`

/** @type {Readonly<Record<string, string>>} */
export const serviceNames = { order: 'Order', inventory: 'Inventory', payment: 'Payment', notification: 'Messages' }
