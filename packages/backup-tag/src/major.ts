import picomatch from 'picomatch'

/**
 * The paths that make a change a major one.
 *
 * @param globs of picomatch; one with a leading `!` leaves out what another takes in
 */
export function majorPaths(paths: readonly string[], globs: readonly string[]): string[] {
  const wanted = globs.filter((glob) => !glob.startsWith('!'))
  const left = globs.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1))
  const options = { dot: true }
  const isWanted = picomatch(wanted, options)
  const isLeft = left.length === 0 ? () => false : picomatch(left, options)
  return paths.filter((path) => isWanted(path) && !isLeft(path))
}
