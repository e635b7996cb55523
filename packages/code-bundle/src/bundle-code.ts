import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '@recovery-playbook/failure'
import { type Answer, endingInWords } from '@recovery-playbook/processes'
import { cloneBundle } from './clone-bundle.ts'
import { type Git, git } from './git.ts'

interface Bundling extends Git {
  /** The working copy. */
  readonly directory: string
  /** The commit that the recovery point belongs to: 40 or 64 hexadecimal digits. */
  readonly commit: string
}

export interface CodeBundle {
  /** The bundle's file, inside of `home`. */
  readonly path: string
  readonly bytes: number
  /** What belongs to the code and is not in a bundle, each as a sentence. */
  readonly lacks: readonly string[]
}

/**
 * All branches and tags of a working copy with their whole history, in a file that `git clone` takes.
 * It has been cloned once, and every object looked at.
 *
 * @throws Failure CODE_INCOMPLETE where the working copy has not all of it
 */
export async function bundleCode({ directory, commit, ...order }: Bundling): Promise<CodeBundle> {
  const inside = (...words: string[]) => git(order, ['-C', directory, ...words])
  const asked = await inside('rev-parse', '--is-shallow-repository', '--verify', 'HEAD')
  if (asked.code !== 0) throw noRepository(directory, asked)
  const [shallow, head] = asked.stdout.split('\n')
  if (shallow !== 'false') throw isShallow(directory)
  if (head !== commit) throw isElsewhere(directory, head, commit)

  const path = join(order.home, 'code.bundle')
  const made = await inside('bundle', 'create', '--quiet', path, 'HEAD', '--branches', '--tags')
  if (made.code !== 0) throw notMade(made)
  const tried = join(order.home, 'code.git')
  await cloneBundle(order, { bundle: path, commit, into: tried, bare: true })
  await rm(tried, { recursive: true, force: true })

  const has = async (...words: string[]) => (await inside(...words)).code === 0
  return {
    path,
    bytes: (await stat(path)).size,
    lacks: [
      ...((await has('cat-file', '-e', `${commit}:.gitmodules`))
        ? ['The code of submodules is not in it.']
        : []),
      ...((await has('grep', '-q', 'filter=lfs', commit, '--', '*.gitattributes'))
        ? ['Files that Git LFS keeps are in it as pointers alone.']
        : []),
    ],
  }
}

const fetchAll =
  'Put actions/checkout with `fetch-depth: 0` before this step, so that the whole history is there.'

const noRepository = (directory: string, answer: Answer) =>
  new Failure(
    'CODE_INCOMPLETE',
    `There is no code to keep in ${directory}: ${answer.stderr.trim() || endingInWords(answer)}.`,
    { hint: fetchAll },
  )

const isShallow = (directory: string) =>
  new Failure('CODE_INCOMPLETE', `The working copy in ${directory} lacks its history.`, {
    hint: fetchAll,
  })

const isElsewhere = (directory: string, head: string | undefined, commit: string) =>
  new Failure(
    'CODE_INCOMPLETE',
    `The working copy in ${directory} is at ${head ?? 'no commit'}, and this run is about ${commit}.`,
    { hint: 'Check out the commit that triggered the run, before this step.' },
  )

const notMade = (answer: Answer) =>
  new Failure(
    'CODE_INCOMPLETE',
    `git bundle ended with ${endingInWords(answer)}: ${answer.stderr.trim().slice(-500)}`,
    { hint: 'Nothing was published. Run `git fsck` on a clone of the repository.' },
  )
