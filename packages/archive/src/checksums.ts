export const checksumsName = 'SHA256SUMS'

/** For `sha256sum -c`: two spaces, as GNU coreutils writes text mode. */
export const checksums = (
  files: readonly { readonly name: string; readonly sha256: string | undefined }[],
): string =>
  files.map(({ name, sha256 }) => (sha256 === undefined ? '' : `${sha256}  ${name}\n`)).join('')
