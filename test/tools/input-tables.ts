import { readdirSync, readFileSync } from 'node:fs'
import { type ActionFile, readActionFile } from '@recovery-playbook/local-workflows'
import { parse } from 'yaml'

const actions = readdirSync('actions')

/** The files that hold a table between markers. */
export const documents = [
  'README.md',
  'docs/workflows.md',
  ...actions.map((action) => `actions/${action}/README.md`),
]

/** The workflows that others can call. */
export const reusable = ['backup', 'restore-drill', 'watch', 'merge-guard'] as const

/** The text with every table between `<!-- inputs NAME -->` and `<!-- end -->` made anew. */
export async function documented(text: string): Promise<string> {
  let result = text
  const made = [
    ...(await Promise.all(
      actions.map(async (one) => [one, tables(await readActionFile(`actions/${one}`))] as const),
    )),
    ...reusable.map((one) => [`${one}.yml`, workflowTables(one)] as const),
  ]
  for (const [name, table] of made) {
    const marked = new RegExp(`(<!-- inputs ${name} -->\n)[^]*?(<!-- end -->)`, 'g')
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

interface Callable {
  readonly on: {
    readonly workflow_call: {
      readonly inputs: Record<string, { readonly description: string; readonly default: unknown }>
      readonly secrets: Record<string, { readonly description: string; readonly required: boolean }>
    }
  }
}

function workflowTables(name: string): string {
  const text = readFileSync(`.github/workflows/${name}.yml`, 'utf8')
  const { inputs, secrets } = (parse(text) as Callable).on.workflow_call
  return [
    row(['input', 'what it is', 'default']),
    row(['---', '---', '---']),
    ...Object.entries(inputs).map(([input, { description, default: preset }]) =>
      row([`\`${input}\``, description, presetOf(String(preset))]),
    ),
    '',
    row(['secret', 'what it is', '']),
    row(['---', '---', '---']),
    ...Object.entries(secrets).map(([secret, { description, required }]) =>
      row([`\`${secret}\``, description, required ? '**required**' : '']),
    ),
    '',
  ].join('\n')
}

const presetOf = (preset = '') => (preset === '' ? 'empty' : `\`${preset}\``)

const row = (cells: string[]) =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
