import { afterAll, beforeAll, test } from '@jest/globals'
import { openForger } from '@recovery-playbook/demonstration'
import { openScene, type Scene } from '../support/scene.ts'
import { expectVerdict } from '../support/verdict.ts'

// Every digest, seal and manifest of these recovery points is right: only the data is not what it was.
// That a forgery without a change is PROVED stands in mutations-stored.test.ts.

let scene: Scene
let forger: Awaited<ReturnType<typeof openForger>>

beforeAll(async () => {
  scene = await openScene()
  await scene.publish()
  forger = await openForger({ ...scene.github, passphrase: scene.passphrase })
})

afterAll(async () => {
  await forger[Symbol.asyncDispose]()
  await scene[Symbol.asyncDispose]()
})

async function drillAfter(sql: string) {
  await forger.forge(sql)
  return scene.drill()
}

test.each([
  [
    'a mood of its user gone',
    'DELETE FROM journal_mood WHERE id = 7',
    'table public.journal_mood: rows: expected 500, found 499',
  ],
  [
    'a prompt in it that nobody wrote',
    "INSERT INTO journal_prompt (id, slug, question) VALUES (0, 'forged', 'Really?')",
    'table public.journal_prompt: rows: expected 40, found 41',
  ],
  [
    'a single letter of a diary changed',
    "UPDATE journal_entry SET body = overlay(body PLACING '~' FROM 10 FOR 1) WHERE id = 3",
    'table public.journal_entry: content: expected hash',
  ],
  [
    'two measurements exchanged',
    `UPDATE journal_measurement AS one SET value = other.value FROM journal_measurement AS other
     WHERE one.id IN (1, 2) AND other.id IN (1, 2) AND one.id <> other.id`,
    'table public.journal_measurement: content: expected hash',
  ],
  [
    'a sequence that gives out used numbers again',
    "SELECT setval('journal_entry_id_seq', 1)",
    'sequence public.journal_entry_id_seq: sequence: expected',
  ],
  [
    'an index missing that the application needs to be quick',
    'DROP INDEX journal_entry_author',
    'index public.journal_entry_author: index: expected CREATE INDEX journal_entry_author',
  ],
  [
    'a foreign key missing that kept orphans out',
    'ALTER TABLE journal_mood DROP CONSTRAINT journal_mood_user_id_fkey',
    'journal_mood_user_id_fkey: constraint: expected ALTER TABLE ONLY public.journal_mood',
  ],
  [
    'a rule missing that kept goals from ending before they start',
    'ALTER TABLE journal_goal DROP CONSTRAINT journal_goal_check',
    'table public.journal_goal: schema: expected CONSTRAINT journal_goal_check',
  ],
  [
    'a byte of a recording changed',
    "SELECT lo_put(900001, 0, '\\x00')",
    'large objects: large objects: expected',
  ],
])('no backup is proved with %s', async (_, sql, words) => {
  expectVerdict(
    await drillAfter(`SET search_path = public; ${sql}`),
    'FAILED',
    words,
    'What came back is not what was there',
    'Do not rely on this recovery point',
  )
})

test('where the archive itself differs, nobody is told that rows were lost on the way', async () => {
  expectVerdict(
    await drillAfter('DELETE FROM public.journal_mood WHERE id = 8'),
    'FAILED',
    'its rows cannot be told: a second restore of the archive gives the same',
  )
})
