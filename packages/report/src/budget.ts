/** As many pieces, from the first on, as fit into so many bytes, and how many are left out. */
export function fitting(pieces: readonly string[], bytes: number): { shown: string; left: number } {
  let room = bytes
  let count = 0
  for (const piece of pieces) {
    room -= Buffer.byteLength(piece)
    if (room < 0) break
    count += 1
  }
  return { shown: pieces.slice(0, count).join(''), left: pieces.length - count }
}

/** The beginning of a text of many or long lines, with a count of the lines that are left out. */
export function beginning(text: string, mostLines = 40, mostCharacters = 400): string {
  const lines = text.split(/\r\n?|\n/)
  const shown = lines.slice(0, mostLines).map((line) => shortened(line, mostCharacters))
  const left = lines.length - shown.length
  return [...shown, ...(left === 0 ? [] : [`… and ${left} more lines`])].join('\n')
}

/** The last lines of a text, with a count of those that are left out. */
export function ending(text: string, mostLines: number, mostCharacters = 400): string {
  const lines = text.split(/\r\n?|\n/)
  const shown = lines.slice(-mostLines).map((line) => shortened(line, mostCharacters))
  const left = lines.length - shown.length
  return [...(left === 0 ? [] : [`… after ${left} more lines`]), ...shown].join('\n')
}

/** Cut between characters: the first half of a pair alone would be no text. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text
  return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`
}
