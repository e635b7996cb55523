import { expect, test } from '@jest/globals'
import { roundTrip } from './transfer.ts'

const mebibyte = 1024 ** 2

test('a part of 200 MiB passes both ways while the server grows by less than 64 MiB', async () => {
  const { sent, reported, received, growth } = await roundTrip(200)
  expect(reported).toBe(sent)
  expect(received).toBe(sent)
  expect(growth / mebibyte).toBeLessThan(64)
})
