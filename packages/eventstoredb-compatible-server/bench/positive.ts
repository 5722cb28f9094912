import { InvalidArgumentError } from 'commander'

/** For options that are a number of something. @throws InvalidArgumentError, which commander shows with the option */
export const positive = (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('give a whole number above 0')
  return value
}
