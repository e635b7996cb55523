/**
 * The name under which an asset is stored: "GitHub renames asset filenames that have special
 * characters, non-alphanumeric characters, and leading or trailing periods"
 * (docs.github.com/rest/releases/assets). The rules in detail are nowhere documented; what is seen
 * is: accents go, runs of other characters become one dot, dots at both ends go, and a name that
 * has no dot left after that is called `default.…`.
 */
export function storedName(name: string): string {
  const plain = name.normalize('NFD').replace(/\p{Mn}/gu, '')
  const dotted = plain
    .replace(/^\./, 'default.')
    .replace(/[^A-Za-z0-9\-_+@]+/g, '.')
    .replace(/^\.+|\.+$/g, '')
  return dotted === name || dotted.includes('.') ? dotted : `default.${dotted}`
}
