/** .NET refuses this pattern too, or it asks for something that has no equal in JavaScript; the message says which. */
export class InvalidPattern extends Error {
  override readonly name = 'InvalidPattern'
}

export const notExpressible = (what: string): InvalidPattern => new InvalidPattern(`${what} has no equal here`)
