/**
 * A person pins a recovery point by writing the word KEEP into its release's title, in any case and
 * place: GitHub's page can do that, an immutable release allows it, and the list of releases shows it.
 * A word inside the tag, which the export gives as the title, is no pin.
 */
export const isPinned = ({
  tag,
  title,
}: {
  readonly tag: string
  readonly title: string
}): boolean => /(?<![\p{L}\p{M}])keep(?![\p{L}\p{M}])/iu.test(title.replaceAll(tag, ' '))
