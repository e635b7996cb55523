import { Command } from 'commander'
import { Failure, messageOf } from '@recovery-playbook/failure'
import { auditPlaybook } from './audit-playbook.ts'
import { type Desk, openDesk } from './desk.ts'
import { initialise } from './initialise.ts'
import { listPoints } from './list-points.ts'
import { renderDocument } from './render-document.ts'

/** `recovery-playbook`, each command with the exit code that it returns. */
export function program(): Command {
  const all = new Command('recovery-playbook')
    .description(
      'Turns a disaster-recovery playbook into something that runs, and tells what in it is not true.',
    )
    .option('-C, --directory <path>', 'the clone of the repository', '.')
    .option('--repository <owner/name>', 'by default the one that the remote origin names')
    .addHelpText('after', help)
    .showHelpAfterError()

  const runs =
    <Options>(work: (desk: Desk, options: Options) => Promise<number>) =>
    async (options: Options) => {
      const { directory, repository } = all.opts<{ directory: string; repository?: string }>()
      try {
        process.exitCode = await work(await openDesk(directory, repository), options)
      } catch (error) {
        process.exitCode = 2
        tell(error)
      }
    }

  all
    .command('init')
    .description(
      'write the playbook file and the workflows for this repository, overwriting nothing',
    )
    .option('--dry-run', 'say what would be written, and write nothing', false)
    .option('--ref <ref>', 'the version of the actions that the workflows name')
    .option(
      '--backup-repository <owner/name>',
      'a private repository that keeps the recovery points',
    )
    .option('--mirror <to>', 'a copy outside of this account: owner/name, or a directory')
    .action(runs(initialise))
  all
    .command('audit')
    .description('hold the playbook against facts, and say what in it cannot be true')
    .action(runs(auditPlaybook))
  all
    .command('render')
    .description('write the generated parts of the human document, and nothing else of it')
    .option('--document <path>', 'by default the one that the playbook file names')
    .option('--check', 'only say whether it is up to date', false)
    .action(runs(renderDocument))
  all
    .command('list')
    .description(
      'list the recovery points of this repository, the newest first, each with its last proof',
    )
    .action(runs(listPoints))
  return all
}

const help = `
A token for GitHub is taken from GH_TOKEN or GITHUB_TOKEN (\`export GH_TOKEN="$(gh auth token)"\`). Without one,
what only GitHub knows is reported as unknown.

Exit codes: 0, all is well. 1, something is not true or not up to date. 2, something could not be looked at or
was never proved.`

function tell(error: unknown): void {
  console.error(`error: ${messageOf(error)}`)
  console.error(error instanceof Failure ? error.hint : 'Report it as a bug with this output.')
  if (!(error instanceof Failure) && error instanceof Error) console.error(error.stack)
}
