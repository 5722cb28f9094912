import { inMemoryResolutions } from './in-memory-resolutions.ts'
import { resolutionsContract } from './resolutions-contract.ts'

describe('resolutions in memory', () => {
  resolutionsContract(async () => {
    let time = 0
    const pass = async (seconds: number) => {
      time += seconds * 1_000
    }
    return { ...inMemoryResolutions(() => new Date(time)), pass }
  })
})
