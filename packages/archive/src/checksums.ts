import type { Part } from './manifest.ts'

export const checksumsName = 'SHA256SUMS'

/** For `sha256sum -c`: two spaces, as GNU coreutils writes text mode. */
export const checksums = (parts: readonly Pick<Part, 'name' | 'sha256'>[]): string =>
  parts.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join('')
