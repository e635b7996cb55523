import { readdirSync } from 'node:fs'
import { type ActionFile, readActionFile } from '@recovery-playbook/local-workflows'

const actions = readdirSync('actions')

/** The files that hold a table between markers. */
export const documents = ['README.md', ...actions.map((action) => `actions/${action}/README.md`)]

/** The text with every table between `<!-- inputs NAME -->` and `<!-- end -->` made anew. */
export async function documented(text: string): Promise<string> {
  let result = text
  for (const action of actions) {
    const table = tables(await readActionFile(`actions/${action}`))
    const marked = new RegExp(`(<!-- inputs ${action} -->\n)[^]*?(<!-- end -->)`, 'g')
    result = result.replace(marked, (_, begin: string, end: string) => `${begin}\n${table}\n${end}`)
  }
  return result
}

function tables({ inputs, outputs }: ActionFile): string {
  const inputRows = Object.entries(inputs).map(
    ([name, { description, required, default: preset }]) =>
      row([`\`${name}\``, description, required === true ? '**required**' : presetOf(preset)]),
  )
  const outputRows = Object.entries(outputs).map(([name, { description }]) =>
    row([`\`${name}\``, description]),
  )
  return [
    row(['input', 'what it is', 'default']),
    row(['---', '---', '---']),
    ...inputRows,
    '',
    row(['output', 'what it is']),
    row(['---', '---']),
    ...outputRows,
    '',
  ].join('\n')
}

const presetOf = (preset = '') => (preset === '' ? 'empty' : `\`${preset}\``)

const row = (cells: string[]) =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
