import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { ActionResult } from '@recovery-playbook/local-workflows'
import { openSession } from '@recovery-playbook/postgres'
import { openScene, type Scene } from '../support/scene.ts'

let scene: Scene
let tag: string
let drill: ActionResult
let atWork: number[]

beforeAll(async () => {
  scene = await openScene()
  tag = await scene.publish()
  let looked: Promise<number[]> | undefined
  const log = (line: string) => {
    if (line === '▸ Restore') looked = scene.survivors()
  }
  drill = await scene.drill({}, { log })
  atWork = (await looked) ?? []
})

afterAll(() => scene[Symbol.asyncDispose]())

test('a good recovery point comes back, and the drill says so', () => {
  expect(drill).toMatchObject({
    exitCode: 0,
    outputs: { verdict: 'PROVED', 'recovery-point': tag },
  })
  expect(drill.log).toMatch(/^PROVED: the recovery point was restored and is the same data/m)
  expect(drill.log).not.toMatch(/FAILED|NOT PROVED|ERROR|WARNING/)
  expect(drill.summary).toMatch(/^## PROVED: /)
})

test('the figures of the drill are those of the database, counted by hand', async () => {
  const { tables, rows } = await countByHand(scene)
  expect(drill.outputs).toMatchObject({ tables, rows })
  expect(drill.log).toContain(`${tables} tables with ${rows} rows have the same content`)
  expect(drill.summary).toContain(`| tables | ${tables} |\n| rows | ${rows} |`)
})

test('the drill leaves no file of the restored data and no server behind', async () => {
  expect(await scene.leftovers()).toEqual([])
  expect(atWork).not.toEqual([])
  expect(await scene.survivors()).toEqual([])
})

/** Every table and materialised view of the source, one count after the other. */
async function countByHand({ sample: { server, superuser } }: Scene) {
  await using session = await openSession(server.toolchain.psql, superuser, server.processes)
  const relations = await session.query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'm')",
  )
  let rows = 0
  for (const { name } of relations) {
    const [counted] = await session.query<{ count: number }>(
      `SELECT count(*) FROM public."${name}"`,
    )
    rows += counted?.count ?? NaN
  }
  return { tables: String(relations.length), rows: String(rows) }
}
