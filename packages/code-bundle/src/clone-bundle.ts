import { Failure } from '@recovery-playbook/failure'
import { type Answer, endingInWords } from '@recovery-playbook/processes'
import { type Git, git } from './git.ts'

interface Cloning {
  /** Path of the bundle. */
  readonly bundle: string
  /** What has to be in it. */
  readonly commit: string
  /** A directory that does not exist yet. */
  readonly into: string
  /** Without a working copy. */
  readonly bare?: boolean
}

/**
 * A clone with nothing but the bundle, at its commit, every object of it looked at.
 *
 * @throws Failure CODE_INCOMPLETE
 */
export async function cloneBundle(order: Git, cloning: Cloning): Promise<void> {
  const { bundle, commit, into, bare = false } = cloning
  const step = async (what: string, words: readonly string[]) => {
    const answer = await git(order, words)
    if (answer.code !== 0) throw incomplete(what, answer)
  }
  await step('it cannot be cloned', [
    'clone',
    '--quiet',
    ...(bare ? ['--bare'] : ['--no-checkout']),
    bundle,
    into,
  ])
  await step(`it lacks ${commit}`, ['-C', into, 'cat-file', '-e', `${commit}^{commit}`])
  await step('its objects are damaged', ['-C', into, 'fsck', '--no-dangling', '--no-progress'])
  if (!bare) await step('its files cannot be written', ['-C', into, 'checkout', '-q', commit])
}

const incomplete = (what: string, answer: Answer) =>
  new Failure(
    'CODE_INCOMPLETE',
    `The code's bundle is of no use: ${what} (${endingInWords(answer)}: ${answer.stderr.trim().slice(-300)}).`,
    { hint: 'Run `git fsck` on a clone of the repository, and make a new recovery point.' },
  )
