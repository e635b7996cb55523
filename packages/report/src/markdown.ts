/**
 * Text from a database, a tag or an error, made harmless inside Markdown and its tables.
 *
 * GitHub looks for mentions and references in the rendered text, where a backslash is gone: a word
 * joiner after the character keeps them apart. What cannot be seen is shown by its code point.
 */
export const escape = (text: string): string =>
  text
    .replace(/[&<>]/g, (character) => entities[character] ?? '')
    .replace(/[\\`*_{}[\]|~#@!]/g, '\\$&')
    .replace(/[@#](?=[\p{L}\p{N}])/gu, '$&\u2060')
    .replace(/\r\n?|\n/g, '<br>')
    .replace(unseen, codePoint)

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** Control characters, and those that turn the direction of what follows. */
const unseen = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

const codePoint = (character: string) =>
  `(U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')})`

/** Text that stays in its line of a document that people read as it is: no block can begin in it. */
export const oneLine = (text: string): string => text.replace(unseen, ' ')

/** A name as code where it is plain; escaped text where it could end the code. */
export const code = (name: string): string =>
  /^[\p{L}\p{M}\p{N}./_-]+$/u.test(name) ? `\`${name}\`` : escape(name)

/** A command as code where that is safe in a cell; escaped text where it could end the code. */
export const command = (text: string): string =>
  /^[\w ./:&'=~-]+$/.test(text) ? `\`${text}\`` : escape(text)

/** A table of cells that are Markdown already. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('')

/** A word for a shell: plain where it can be, else in single quotes. */
export const shellWord = (text: string): string =>
  /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
