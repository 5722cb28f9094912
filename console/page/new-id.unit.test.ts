import { expect } from 'chai'
import { z } from 'zod'
import { newId } from './new-id.js'

it('a new id of the page is a UUID, and another one each time', () => {
  const ids = Array.from({ length: 100 }, newId)
  for (const id of ids) expect(z.uuidv4().safeParse(id).success, id).to.equal(true)
  expect(new Set(ids).size).to.equal(100)
})
