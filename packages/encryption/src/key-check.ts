/**
 * What is sealed as `key-check.gpg`: a person who can read it still holds what opens the backups. It
 * says nothing that the release does not.
 */
export const keyCheckText = (tag: string): string =>
  `You can open the recovery point ${tag}: what you hold opens every other part of it, too.\n`
