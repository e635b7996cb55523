import { expect, test } from '@jest/globals'
import { flat, roundTrip } from './transfer.ts'

test('a part of 200 MiB passes both ways and the server keeps nothing of it', async () => {
  const { sent, reported, received, growth } = await roundTrip(200)
  expect(reported).toBe(sent)
  expect(received).toBe(sent)
  expect(growth).toBeLessThan(flat)
})
