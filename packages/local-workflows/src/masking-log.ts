/**
 * What GitHub's runner shows of a step's output: `::add-mask::` takes effect at once and is not shown,
 * masked text becomes `***`, groups become headings, annotations are marked.
 *
 * @param masks texts that are never shown; `::add-mask::` adds to them
 */
export function maskingLog(
  show: (line: string) => void,
  masks = new Set<string>(),
): (line: string) => void {
  return (line) => {
    const { command, parameters, text } = parseCommand(line)
    if (command === 'add-mask') {
      masks.add(text)
      return
    }
    if (command === 'endgroup' || command === 'debug') return
    const title = unescape(/title=([^,]*)/.exec(parameters)?.[1] ?? '')
    const shown =
      command === 'group'
        ? `▸ ${text}`
        : command === ''
          ? line
          : `${command.toUpperCase()}${title === '' ? '' : ` ${title}`}: ${text}`
    show(mask(shown, masks))
  }
}

/** Each line of a masked text is masked by itself. */
export function mask(text: string, masks: ReadonlySet<string>): string {
  let masked = text
  for (const secret of masks) {
    for (const line of secret.split('\n')) if (line !== '') masked = masked.replaceAll(line, '***')
  }
  return masked
}

function parseCommand(line: string) {
  const match = /^::([\w-]+)(?: ([^:]*))?::(.*)$/.exec(line)
  const [, command = '', parameters = '', text = ''] = match ?? []
  return { command, parameters, text: unescape(text) }
}

/** As `@actions/core` escapes a command's text and properties. */
const unescape = (text: string) =>
  text
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%')
