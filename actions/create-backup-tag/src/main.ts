import { backupTagName, createBackupTag, resolveCommit } from '@recovery-playbook/backup-tag'
import { expiryWarning, paced, parseRepository } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import { restoreCommand, tagSummary } from '@recovery-playbook/report'
import type { Inputs } from './inputs.ts'

export async function main({ description, ref, token }: Inputs, runner: Runner): Promise<number> {
  const request = paced(runner.github(token), runner.clock, (line) => {
    runner.info(line)
  })
  const repository = parseRepository(runner.context.repository)
  const name = backupTagName(runner.clock.now(), description)

  const tag = await runner.chapter(`Tag ${ref} as ${name}`, async () => {
    const commit = await resolveCommit(request, repository, ref)
    return createBackupTag({
      request,
      repository,
      name,
      commit,
      message: `Backup before ${description.replace(/^(backup )?before /i, '')}`,
      onSameCommit: 'reuse',
    })
  })

  runner.info(
    tag.created
      ? `${tag.name} now protects ${tag.commit}.`
      : `${tag.name} protects ${tag.commit} already.`,
  )
  runner.info(`To go back: ${restoreCommand(tag.name)}`)
  runner.output('tag', tag.name)
  runner.output('commit', tag.commit)
  runner.output('created', String(tag.created))
  runner.output('restore-command', restoreCommand(tag.name))
  const expiring = expiryWarning(request.tokenExpiry(), 'token', runner.clock.now())
  if (expiring !== undefined) runner.warn(expiring)
  await runner.summarise(tagSummary(tag))
  return 0
}
