/**
 * Text for the log in which nothing is a workflow command. The runner takes `::name::` for one at the
 * start of every line, also after blanks, and `##[name]` anywhere (actions/runner, ActionCommand.cs):
 * a table's or a tag's name could otherwise set an output or stop the masking of secrets.
 */
export const inert = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(/^(\s*):(?=:)/gm, '$1: ')
    .replaceAll('##[', '# #[')
