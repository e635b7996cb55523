/** The first release of each major whose psql executes nothing that stands behind `\unrestrict` (CVE-2026-18408). */
const mended: Readonly<Record<number, number>> = { 14: 24, 15: 19, 16: 15, 17: 11, 18: 6 }

/** Majors that were never released without it. */
const firstWithout = 19

/** @param version as `psql --version` gives it: '17.11', '19beta1' */
export function isMended(version: string): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version) ?? []
  if (major === undefined) return Number.parseInt(version) > firstWithout
  const least = mended[Number(major)]
  return least === undefined ? Number(major) >= firstWithout : Number(minor) >= least
}

export const mendedInWords = Object.entries(mended)
  .map(([major, minor]) => `${major}.${minor}`)
  .join(', ')
