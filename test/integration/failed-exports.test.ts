import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import type { ActionResult } from '@recovery-playbook/local-workflows'
import { parseConnection } from '@recovery-playbook/postgres'
import { descendantsOf } from '../support/children.ts'
import { expectFailedExport } from '../support/failed-export.ts'
import { openScene, type RunOptions, type Scene } from '../support/scene.ts'
import { openSlowLine } from '../support/slow-line.ts'
import { storeState } from '../support/store-state.ts'

let scene: Scene
beforeAll(async () => {
  // A table that is larger than what the kernel buffers on the way: pg_dump is held, and its server too.
  scene = await openScene({ rows: 40_000 })
  // An older recovery point, which no failure may touch.
  await scene.publish()
})
afterEach(() => {
  scene.github.disarm()
})
afterAll(() => scene[Symbol.asyncDispose]())

interface Held {
  /** The action's process. */
  readonly pid: number
  readonly stop: AbortController
}

/** An export whose pg_dump is held in the middle of its largest table while `meanwhile` happens. */
async function heldExport(
  meanwhile: (held: Held) => Promise<void> | void,
  options: RunOptions = {},
): Promise<ActionResult> {
  await using line = await openSlowLine(scene.sample.server.port, {
    question: 'COPY public.journal_entry ',
    bytes: 300_000,
  })
  const url = scene.sample.url.replace(/:\d+\/(?=[^/]*$)/, `:${line.port}/`)
  const stop = new AbortController()
  let pid = 0
  const running = scene.exportRelease(
    { 'database-url': url },
    { ...options, signal: stop.signal, onStart: (started) => (pid = started) },
  )
  await Promise.race([line.stalled, running])
  await meanwhile({ pid, stop })
  line.release()
  return await running
}

/** The one that copies the data; another one reads the schema for the fingerprint. */
const pgDumpOf = (pid: number) =>
  descendantsOf(pid).filter(
    ({ words }) => words[0]?.endsWith('/pg_dump') === true && words.includes('--format=custom'),
  )

test('a database that restarts in the middle of the dump leaves no half backup', async () => {
  await expectFailedExport(
    scene,
    () =>
      heldExport(() =>
        scene.sample.administer(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE query LIKE 'COPY %' AND pid <> pg_backend_pid()`,
        ),
      ),
    {
      cause: /pg_dump of database 'journal'.*(terminating connection|closed the connection)/s,
      remedy: /Nothing was published\. .*[Rr]un it again/,
    },
  )
})

test('a pg_dump that is killed in the middle leaves no half backup', async () => {
  await expectFailedExport(
    scene,
    () =>
      heldExport(({ pid }) => {
        const dumps = pgDumpOf(pid)
        expect(dumps).toHaveLength(1)
        for (const dump of dumps) process.kill(dump.pid, 'SIGKILL')
      }),
    {
      cause: /pg_dump .* ended with signal SIGKILL/,
      remedy: /Nothing was published\. .*[Rr]un it again/,
    },
  )
})

test.each<[string, (url: string) => string, RegExp, RegExp]>([
  [
    'a password that is no longer right',
    (url) => url.replace(/:[^:@]*@/, ':other@'),
    /password authentication failed/,
    /Copy the URL anew/,
  ],
  [
    'a database that is not there',
    (url) => url.replace(/[^/]*$/, 'nothing'),
    /database "nothing" does not exist/,
    /Check the name after the last slash/,
  ],
  [
    'a server that is not there',
    (url) => url.replace(/:\d+\/(?=[^/]*$)/, ':1/'),
    /Connection refused/,
    /Check that the server runs/,
  ],
])('%s is red, and says what to do', async (_, change, cause, remedy) => {
  const url = change(scene.sample.url)
  await expectFailedExport(scene, () => scene.exportRelease({ 'database-url': url }), {
    cause,
    remedy,
  })
})

test('a table that the role may not read is not left out of a green backup', async () => {
  const database = await scene.sample.server.createDatabase()
  await database.execute('CREATE TABLE note (id int); INSERT INTO note VALUES (1)')
  await database.administer('CREATE TABLE secret_note (id int); INSERT INTO secret_note VALUES (1)')
  await expectFailedExport(scene, () => scene.exportRelease({ 'database-url': database.url }), {
    cause: /SELECT on table public\.secret_note/,
    remedy: /GRANT SELECT ON ALL TABLES IN SCHEMA public TO "?app_/,
  })
})

test('rows that row-level security hides from the role are not left out of a green backup', async () => {
  const database = await scene.sample.server.createDatabase()
  const { user } = parseConnection(database.url)
  await database.administer(`
    CREATE TABLE note (id int, mine boolean);
    INSERT INTO note SELECT i, i % 2 = 0 FROM generate_series(1, 1000) AS i;
    GRANT SELECT ON note TO ${user};
    ALTER TABLE note ENABLE ROW LEVEL SECURITY;
    CREATE POLICY half ON note USING (mine)`)
  await expectFailedExport(scene, () => scene.exportRelease({ 'database-url': database.url }), {
    cause: /row level security of table public\.note/,
    remedy: /ALTER ROLE "?app_\w+"? BYPASSRLS/,
  })
})

test('an empty database, which is mostly a wrong one, is not backed up as if it were yours', async () => {
  const { url } = await scene.sample.server.createDatabase()
  await expectFailedExport(scene, () => scene.exportRelease({ 'database-url': url }), {
    cause: /has no table/,
    remedy: /Check the database name in the URL/,
  })
})

/** GitHub ends a step 7.5 s after it asked it to stop. */
const patience = 7000

/** @returns milliseconds from the cancellation to the end of the process */
async function cancelled(run: (stop: AbortController) => Promise<ActionResult>): Promise<number> {
  let asked = 0
  const stop = new AbortController()
  stop.signal.addEventListener('abort', () => (asked = performance.now()))
  await expectFailedExport(scene, () => run(stop), {
    cause: /The job was cancelled \(SIGINT\)/,
    remedy: /Nothing was published\. Start the job again/,
  })
  return performance.now() - asked
}

test('a job that is cancelled in the middle of the dump leaves nothing behind, and in time', async () => {
  const took = await cancelled((stop) =>
    heldExport((held) => {
      stop.abort()
      held.stop.abort()
    }),
  )
  expect(took).toBeLessThan(patience)
})

test('a job that is cancelled while an upload hangs leaves nothing behind, and in time', async () => {
  scene.github.arm({ kind: 'hang', origin: 'upload', path: '/**', afterBytes: 1000 })
  const took = await cancelled(async (stop) => {
    const running = scene.exportRelease({}, { signal: stop.signal })
    while (!scene.github.requests().some(({ fault }) => fault === 'hang')) {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    stop.abort()
    return running
  })
  expect(took).toBeLessThan(patience)
})

test('a job that is told to end at once leaves nothing behind either', async () => {
  let asked = 0
  const told = () =>
    heldExport(({ pid }) => {
      asked = performance.now()
      process.kill(pid, 'SIGTERM')
    })
  await expectFailedExport(scene, told, {
    cause: /The job was cancelled \(SIGTERM\)/,
    remedy: /Nothing was published\. Start the job again/,
  })
  expect(performance.now() - asked).toBeLessThan(patience)
})

test('after all these failures the older recovery point is proved as before', async () => {
  const { releases } = await storeState(scene.github)
  expect(releases).toHaveLength(1)
  const { outputs } = await scene.drill()
  expect(outputs.verdict).toBe('PROVED')
})
