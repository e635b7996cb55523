import { code, escape, shellWord } from './markdown.ts'

/** What whoever waits for a merge has to know, beside the verdict. */
export interface HeldMerge {
  /** `owner/name`, and the run that holds the merge. */
  readonly repository: string
  readonly runId: string
  /** The workflow that makes and drills a recovery point: a path. */
  readonly workflow: string
  readonly isFromFork: boolean
  /** Whether the recovery points lie in another repository, which a fork's run has no token for. */
  readonly isOutOfReach: boolean
  /** The pull request in a merge queue; a run that has failed there is not asked again. */
  readonly queued: number | undefined
  /** The line that an owner writes as a comment to merge it all the same. */
  readonly override: string
}

/** The verdict of a guard that lets a merge pass which nothing proves. */
export const repairVerdict = 'NOT PROVED, repair'

/** Why a merge waits, and the commands that end it; the last part of the summary. */
export function heldMerge(held: HeldMerge): string {
  const { repository, isFromFork, isOutOfReach, override } = held
  return [
    '### To merge this\n\n',
    isFromFork && isOutOfReach
      ? `This pull request comes from a fork. Nothing is wrong with it: the backups of ${code(repository)} lie in another repository, and a fork gets no token for it, so that this check cannot look. A maintainer pushes its branch to ${code(repository)} and opens a pull request from there, or overrides the check as below. Where recovery itself has to be proved first, these commands do it:\n\n`
      : isFromFork
        ? `This pull request comes from a fork. Nothing is wrong with it: the check looks at the backups of ${code(repository)}, needs no secret for it, and holds every merge until recovery is proved again. A maintainer runs these commands:\n\n`
        : 'Nothing is wrong with the change itself. Make a recovery point and prove it, and then let this check look again; where GitHub did not answer, the last command alone does:\n\n',
    `\`\`\`bash\n${freshPoint(held).join('\n')}\n\`\`\`\n\n`,
    'After an outage longer than the promised data loss the first run fails, by the gap behind it: run it once more.\n\n',
    'What changes nothing but the recovery workflows and the playbook passes unproved, so that they can be mended.\n',
    `\nWhere it cannot wait, an administrator of the repository writes this as a comment of its own on the pull request, with the commit that it shows last and the reason, and lets the check look again. It stays recorded, and the check says \`${repairVerdict}\`:\n\n\`\`\`text\n${override}\n\`\`\`\n`,
  ].join('')
}

/** The commands, for a log and for a page. */
export function freshPoint({ repository, runId, workflow, queued }: HeldMerge): string[] {
  const of = `--repo ${shellWord(repository)}`
  const file = shellWord(workflow.split('/').at(-1) ?? workflow)
  return [
    `gh workflow run ${file} ${of}`,
    `gh run list --workflow ${file} ${of} # wait until it is completed`,
    queued === undefined
      ? `gh run rerun ${shellWord(runId)} ${of}`
      : `gh pr merge ${queued} ${of} # into the queue again`,
  ]
}

/** The first part of the summary of a merge that passes unproved. */
export const repairSummary = (paths: readonly string[], why: string): string =>
  [
    `## ${repairVerdict}: this change passes, and recovery is not proved\n\n`,
    `It changes nothing but what backs up, drills, watches and guards: ${paths.map((path) => code(path)).join(', ')}. So it may pass, to mend this:\n\n`,
    `> ${escape(why)}\n\n`,
    'Every other change waits until recovery is proved.\n\n',
  ].join('')

/** The same where an owner has decided it. */
export const overrideSummary = (
  { login, reason, url }: { readonly login: string; readonly reason: string; readonly url: string },
  why: string,
): string =>
  [
    `## ${repairVerdict}: an owner lets this pass, and recovery is not proved\n\n`,
    `${code(login)} has [overridden the guard](${url}) for this commit: ${escape(reason)}\n\n`,
    `> ${escape(why)}\n\n`,
    'Every other change waits until recovery is proved.\n\n',
  ].join('')
