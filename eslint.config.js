import { readdirSync, readFileSync } from 'node:fs'
import js from '@eslint/js'
import prettier from 'eslint-config-prettier'
import tseslint from 'typescript-eslint'

const scope = '@recovery-playbook/'

/** A room may import what its own package.json lists, and nothing else of the house. */
const rooms = ['packages', 'actions'].flatMap((floor) =>
  readdirSync(floor).map((name) => {
    const folder = `${floor}/${name}`
    const { dependencies = {} } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
    return { folder, name, allowed: Object.keys(dependencies) }
  }),
)

/** Only these rooms touch processes, the environment, the clock, HTTP and the runner. */
const outside = ['host', 'local-github', 'local-workflows', 'demonstration', 'cli']

const walls = rooms.map(({ folder, name, allowed }) => ({
  files: [`${folder}/src/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            group: [
              `${scope}*`,
              '@actions/*',
              '@octokit/*',
              'openpgp',
              ...allowed.map((one) => `!${one}`),
            ],
            message: `${folder}/package.json does not list it.`,
          },
          {
            regex: '^(\\.\\./){2,}(?!\\.\\./|test/support/)',
            message: 'Import another room by its package name.',
          },
          ...(outside.includes(name)
            ? []
            : [
                {
                  regex: '^(node:)?(child_process|http|https|net|process)$',
                  message: 'Only the host room touches processes and the network; take a port.',
                },
              ]),
        ],
      },
    ],
    ...(outside.includes(name)
      ? {}
      : {
          'no-restricted-globals': [
            'error',
            ...['process', 'fetch', 'setTimeout', 'setInterval', 'console'].map((global) => ({
              name: global,
              message: 'Only the host room touches it; take it as an argument.',
            })),
          ],
          'no-restricted-syntax': [
            'error',
            {
              selector: "NewExpression[callee.name='Date'][arguments.length=0]",
              message: 'Only the host room reads the clock; take it as an argument.',
            },
            {
              selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
              message: 'Only the host room reads the clock; take it as an argument.',
            },
          ],
        }),
  },
}))

export default tseslint.config(
  {
    ignores: [
      'actions/*/dist/',
      'packages/cli/dist/',
      'coverage/',
      'node_modules/',
      'test/application/{.venv,staticfiles}/',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
    },
  },
  ...walls,
  prettier,
)
