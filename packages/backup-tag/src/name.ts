import { Failure } from '@recovery-playbook/failure'

const prefix = 'backup-'

/** Characters of a description that a tag keeps. */
const longest = 60

/**
 * `backup-2026-11-24-before-migration`. Letters and digits of every language stay, all else becomes
 * one hyphen, so that the name is valid by `git check-ref-format` whatever the description holds.
 *
 * @param date only its UTC day is used
 * @throws Failure INPUT_INVALID when the description holds no letter and no digit
 */
export function backupTagName(date: Date, description: string): string {
  const words =
    description
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  const slug = shortened(words.join('-'))
  if (slug !== '') return `${prefix}${date.toISOString().slice(0, 10)}-${slug}`
  throw new Failure('INPUT_INVALID', 'The description holds no letter and no digit.', {
    hint: 'Say in a few words what the backup comes before: "upgrade to Django 5.1".',
  })
}

/** A loose ref is a file, whose name has at most 255 bytes; a suffix and the prefix need some. */
function shortened(slug: string): string {
  let kept = Array.from(slug).slice(0, longest)
  while (Buffer.byteLength(kept.join('')) > 200) kept = kept.slice(0, -1)
  return kept.join('').replace(/-$/, '')
}

export const isBackupTag = (name: string): boolean => /^backup-\d{4}-\d{2}-\d{2}-./.test(name)
