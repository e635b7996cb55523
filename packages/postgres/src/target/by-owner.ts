/** Consecutive entries of a table of contents. */
interface Group {
  readonly entries: readonly string[]
  /** The role with power that all of them belong to; undefined for ordinary owners. */
  readonly powerful: string | undefined
}

interface Grouped {
  readonly groups: readonly Group[]
  /** What only a role with power could make for itself, in words. */
  readonly refused: readonly string[]
}

/**
 * Sorts the lines of `pg_restore --list` by whether they belong to a role that has power on the target, in
 * their order, which is that of their dependencies. Materialized views are filled at the end, as
 * pg_restore does: whoever owns them may read everything by then.
 *
 * @param roles all that may own something
 */
export function byOwner(
  entries: readonly string[],
  roles: readonly string[],
  powerful: readonly string[],
): Grouped {
  const ownerOf = (line: string) =>
    // A name may end with a role's: the longest is it.
    roles
      .filter((role) => line.endsWith(` ${role.replaceAll(/[\r\n]/g, ' ')}`))
      .toSorted((a, b) => b.length - a.length)[0]
  const powerfulOwnerOf = (line: string) => powerful.find((role) => role === ownerOf(line))
  const isRefused = (line: string) =>
    /^\d+; \d+ \d+ DEFAULT ACL /.test(line) && powerfulOwnerOf(line) !== undefined
  const isRefresh = (line: string) => /^\d+; \d+ \d+ MATERIALIZED VIEW DATA /.test(line)

  const kept = entries.filter((line) => !isRefused(line))
  const groups: { entries: string[]; powerful: string | undefined }[] = []
  for (const line of [...kept.filter((one) => !isRefresh(one)), ...kept.filter(isRefresh)]) {
    const owner = powerfulOwnerOf(line)
    const last = groups.at(-1)
    if (last !== undefined && last.powerful === owner) last.entries.push(line)
    else groups.push({ entries: [line], powerful: owner })
  }
  return {
    groups,
    refused: entries.filter(isRefused).map((line) => line.replace(/^\S+ \d+ \d+ /, '')),
  }
}
