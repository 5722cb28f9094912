import { attemptsContract } from './attempts.contract.ts'
import { inMemoryAttempts } from './in-memory-attempts.ts'

describe('attempts in memory', () => { attemptsContract(inMemoryAttempts) })
