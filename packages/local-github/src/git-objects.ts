import type { Git, GitObject } from './git.ts'
import { timestamp } from './exchange.ts'

export interface Person {
  readonly name: string
  readonly email: string
  /** ISO 8601. */
  readonly date: string
}

export interface Commit {
  readonly sha: string
  readonly tree: string
  readonly parents: readonly string[]
  readonly author: Person
  readonly committer: Person
  readonly message: string
}

export interface AnnotatedTag {
  readonly sha: string
  readonly tag: string
  readonly object: string
  readonly type: string
  readonly tagger: Person
  readonly message: string
}

export interface TreeEntry {
  readonly mode: string
  readonly type: string
  readonly sha: string
  readonly size?: number
  readonly path: string
}

export async function readCommit(git: Git, name: string): Promise<Commit | undefined> {
  const sha = await git.commitSha(name)
  const object = sha === undefined ? undefined : await git.object(sha)
  return object === undefined ? undefined : commitOf(object)
}

export async function readTag(git: Git, sha: string): Promise<AnnotatedTag | undefined> {
  const object = await git.object(sha)
  if (object?.type !== 'tag') return undefined
  const { first, message } = headersOf(object)
  return {
    sha: object.sha,
    tag: first('tag'),
    object: first('object'),
    type: first('type'),
    tagger: personOf(first('tagger')),
    message,
  }
}

/** @param recursive folders are replaced by what is in them, as git ls-tree -r -t has it */
export async function readTree(git: Git, sha: string, recursive: boolean): Promise<TreeEntry[]> {
  const flags = recursive ? ['-r', '-t'] : []
  const output = await git.run(['ls-tree', '-z', '--long', '--full-tree', ...flags, sha])
  return output
    .toString('utf8')
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => {
      const [head = '', path = ''] = line.split('\t', 2)
      const [mode = '', type = '', entry = '', size = '-'] = head.split(/ +/)
      return { mode, type, sha: entry, path, ...(size === '-' ? {} : { size: Number(size) }) }
    })
}

export const writeBlob = (git: Git, content: Buffer): Promise<string> =>
  git.line(['hash-object', '-w', '--stdin'], { input: content })

export function writeCommit(git: Git, commit: Omit<Commit, 'sha'>): Promise<string> {
  const lines = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${stamped(commit.author)}`,
    `committer ${stamped(commit.committer)}`,
    '',
    commit.message,
  ]
  return git.line(['hash-object', '-t', 'commit', '-w', '--stdin'], { input: lines.join('\n') })
}

export function writeTag(git: Git, tag: Omit<AnnotatedTag, 'sha'>): Promise<string> {
  const lines = [
    `object ${tag.object}`,
    `type ${tag.type}`,
    `tag ${tag.tag}`,
    `tagger ${stamped(tag.tagger)}`,
    '',
    tag.message,
  ]
  return git.line(['hash-object', '-t', 'tag', '-w', '--stdin'], { input: lines.join('\n') })
}

function commitOf(object: GitObject): Commit {
  const { first, all, message } = headersOf(object)
  return {
    sha: object.sha,
    tree: first('tree'),
    parents: all('parent'),
    author: personOf(first('author')),
    committer: personOf(first('committer')),
    message,
  }
}

function headersOf({ content }: GitObject) {
  const text = content.toString('utf8')
  const end = text.indexOf('\n\n')
  const lines = text.slice(0, end).split('\n')
  const all = (name: string) =>
    lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1))
  return {
    all,
    first: (name: string) => all(name)[0] ?? '',
    message: text.slice(end + 2).replace(/\n$/, ''),
  }
}

function personOf(text: string): Person {
  const [, name = '', email = '', seconds = '0'] = /^(.*?) ?<([^>]*)> (\d+)/.exec(text) ?? []
  return { name, email, date: timestamp(new Date(Number(seconds) * 1000)) }
}

/** git's own form: `name <email> seconds zone`, with what would break that form left out. */
function stamped({ name, email, date }: Person): string {
  const seconds = Math.floor(new Date(date).getTime() / 1000)
  const clean = (text: string) => text.replace(/[<>\n\r\0]/g, '')
  return `${clean(name)} <${clean(email)}> ${seconds} +0000`
}
