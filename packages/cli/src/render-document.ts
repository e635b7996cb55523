import { actionJobs, longestGap } from '@recovery-playbook/audit'
import { withParts } from '@recovery-playbook/document'
import { Failure } from '@recovery-playbook/failure'
import { refusal } from '@recovery-playbook/github'
import { scenarios } from '@recovery-playbook/playbook'
import { readTags } from '@recovery-playbook/recovery-log'
import { handbook, type Known } from '@recovery-playbook/report'
import type { Desk, Home } from './desk.ts'
import { lastDrills } from './last-drills.ts'
import { missingDocument, type PlaybookFile, playbookFile, workflowsOf } from './playbook-file.ts'

interface Options {
  readonly document?: string
  readonly check: boolean
}

/** What is written by hand in it stays byte for byte. */
export async function renderDocument(desk: Desk, { document, check }: Options): Promise<number> {
  const file = await playbookFile(desk)
  const path = document ?? file.playbook.document
  if (path === undefined) throw noDocument()
  const before = await desk.read(path)
  if (before === undefined) throw missingDocument(path)
  const after = withParts(before, handbook(await knownTo(desk, file)))
  if (after === before) {
    desk.print(`${path} is up to date.`)
    return 0
  }
  if (check) {
    desk.print(`${path} is not up to date: write it with \`recovery-playbook render\`.`)
    return 1
  }
  await desk.write(path, after)
  desk.print(`${path} is written.`)
  return 0
}

async function knownTo(desk: Desk, { playbook, path }: PlaybookFile): Promise<Known> {
  const { home } = desk
  if (home?.request === undefined) throw noHome(home)
  const { request, repository } = home
  const jobs = actionJobs(await workflowsOf(desk))
  const startedBy = (chosen: typeof jobs) => {
    const crons = [...new Set(chosen.flatMap(({ schedules }) => schedules.map(({ cron }) => cron)))]
    return { crons, longestGap: longestGap(crons, new Date(0)) }
  }
  const drilling = jobs.filter(
    ({ action, inputs }) => action === 'verify-restore' && (inputs.mode ?? 'restore') === 'restore',
  )
  const refused = (what: string) => (error: unknown) => {
    throw refusal(`read ${what}`, error)
  }
  return {
    playbook,
    path,
    repository: home.name,
    url: home.url,
    exports: startedBy(jobs.filter(({ action }) => action === 'pg-export-release')),
    drills: scenarios.flatMap((scenario) => {
      const chosen = drilling.filter(
        ({ inputs }) => (inputs.scenario ?? 'database-restore') === scenario,
      )
      return chosen.length === 0 ? [] : [{ scenario, ...startedBy(chosen) }]
    }),
    measured: await lastDrills(home, playbook).catch(refused('what drills found')),
    tags: (
      (await readTags(request, repository).catch(refused('the tag history'))) ?? []
    ).toReversed(),
  }
}

const noDocument = () =>
  new Failure('INPUT_MISSING', 'Nothing names the document to render.', {
    hint: 'Write its path under `document` in the playbook file, or give --document.',
  })

const noHome = (home: Home | undefined) =>
  new Failure(
    'INPUT_MISSING',
    home === undefined
      ? 'Nothing says which repository this is.'
      : 'Without a token GitHub cannot be asked what drills have measured.',
    {
      hint:
        home === undefined
          ? 'Set the remote origin, or give --repository OWNER/NAME.'
          : 'export GH_TOKEN="$(gh auth token)"',
    },
  )
