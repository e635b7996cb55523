import { expect, test } from '@jest/globals'
import { startTestServer } from '../../../test/support/postgres.ts'
import { mutateAtRandom } from './random-mutations.ts'

const seed = Number(process.env.MUTATIONS_SEED ?? Math.floor(Math.random() * 2 ** 31))

test('of 2,000 random changes to single rows of every type none is missed and none is invented', async () => {
  console.log(`MUTATIONS_SEED=${seed} repeats these mutations`)
  await using server = await startTestServer()
  const { wrong } = await mutateAtRandom(server, seed, 2000)
  expect({ seed, wrong }).toEqual({ seed, wrong: [] })
})
