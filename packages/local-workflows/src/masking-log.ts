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
  const lines = [...masks].flatMap((secret) => secret.split('\n')).filter((line) => line !== '')
  // The longest first: what is left of a secret that begins with another one would be shown.
  return lines
    .toSorted((a, b) => b.length - a.length)
    .reduce((masked, line) => masked.replaceAll(line, '***'), text)
}

/** What a step may say here; GitHub's runner knows a few more, and prints what it does not know. */
const known = ['', 'add-mask', 'debug', 'endgroup', 'error', 'group', 'notice', 'warning']

/** The name of a command, in either of its forms, that nothing is done about here. */
export function unknownCommand(line: string): string | undefined {
  const old = /^\s*##\[([\w-]+)/.exec(line)?.[1]
  const { command } = parseCommand(line)
  return old ?? (known.includes(command) ? undefined : command)
}

function parseCommand(line: string) {
  const match = /^\s*::([\w-]+)(?: ([^:]*))?::(.*)$/.exec(line)
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
