import {
  backupTagName,
  beforeWords,
  createBackupTag,
  pushOf,
  resolveCommit,
  tagPush,
  type TaggedPush,
} from '@recovery-playbook/backup-tag'
import { expiryWarning, paced, type PacedRequest, parseRepository } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import { restoreCommand, tagSummary } from '@recovery-playbook/report'
import type { Inputs } from './inputs.ts'
import { keepDocument } from './keep-document.ts'
import { recordTag } from './record-tag.ts'

export async function main(inputs: Inputs, runner: Runner): Promise<number> {
  const request = paced(runner.github(inputs.token), runner.clock, (line) => {
    runner.info(line)
  })
  const found = await (inputs.description === ''
    ? ofPush(inputs, runner, request)
    : byHand(inputs, runner, request))
  const { tag, reason, goBackTo } = found
  const command = tag === undefined ? '' : restoreCommand(tag.name, goBackTo)

  runner.info(reason)
  if (tag === undefined) runner.info('Nothing is tagged.')
  else {
    runner.info(
      `${tag.name} ${tag.created ? 'now protects' : 'protects'} ${goBackTo ?? tag.commit}.`,
    )
    runner.info(`To go back: ${command}`)
  }
  if (goBackTo !== undefined) {
    runner.warn(
      `The push changed workflow files, and this token may not tag the commit before it. ${tag?.name ?? ''} is on the new head and names ${goBackTo}: keep that commit reachable. A token with \`workflows: write\` tags it itself.`,
    )
  }
  runner.output('tag', tag?.name ?? '')
  runner.output('commit', tag?.commit ?? '')
  runner.output('created', String(tag?.created ?? false))
  runner.output('reason', reason)
  runner.output('restore-command', command)
  await recordTag(found, runner, request)
  if (inputs.history !== undefined) await keepDocument(inputs.history, runner, request)
  const expiring = expiryWarning(request.tokenExpiry(), 'token', runner.clock.now())
  if (expiring !== undefined) runner.warn(expiring)
  await runner.summarise(tagSummary(found))
  return 0
}

/** The state before the push that started this run. */
async function ofPush(
  { majorChanges }: Inputs,
  runner: Runner,
  request: PacedRequest,
): Promise<TaggedPush> {
  const push = pushOf(await runner.event())
  const repository = parseRepository(runner.context.repository)
  return runner.chapter(`Look at the push to ${push.ref}`, () =>
    tagPush({ request, repository, push, majorChanges, now: runner.clock.now() }),
  )
}

async function byHand(
  { description, ref }: Inputs,
  runner: Runner,
  request: PacedRequest,
): Promise<TaggedPush> {
  const repository = parseRepository(runner.context.repository)
  const name = backupTagName(runner.clock.now(), description)
  const tag = await runner.chapter(`Tag ${ref} as ${name}`, async () =>
    createBackupTag({
      ...{ request, repository, name, onSameCommit: 'reuse' },
      commit: await resolveCommit(request, repository, ref),
      message: `${beforeWords}${description.replace(/^(backup )?before /i, '')}`,
    }),
  )
  const reason = tag.created ? 'It was asked for.' : 'This tag was there before.'
  return { tag, reason, description }
}
