import { attemptsContract } from '../../test/processors/attempts-contract.ts'
import { inMemoryAttempts } from './in-memory-attempts.ts'

describe('attempts in memory', () => { attemptsContract(inMemoryAttempts) })
